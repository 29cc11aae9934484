import Journal
import MessageLog
public import PaperModel
import PipelineRules

extension Deployment {
  /// Holds a campaign's work back, or lets it go on.
  public func setPaused(_ isPaused: Bool, campaign: StreamID) async throws {
    try await log.setControl("pause/\(campaign.name)", to: isPaused ? [1] : nil)
  }

  /// Ends a stream and what belongs to it: its papers and runs. What is being done is called off at its next entry.
  /// - Returns: the streams that were ended; none where all were at an end already.
  public func cancel(_ stream: StreamID, reason: String) async throws -> [StreamID] {
    var ended: [StreamID] = []
    var targets = [stream]
    // An owner is ended before its family is listed: what it opened or asked for until then is in its journal.
    while let target = targets.popLast() {
      let before = try await state(of: target)
      if before.end == nil {
        if before.length == 0, let opening = try await opening(of: target) {
          _ = try await journal.append(.opened(opening), to: target, at: 0)
        }
        let after = try await annotate(target) { $0.end == nil ? .cancelled(reason: reason) : nil }
        if case .cancelled = after.end { ended.append(target) }
      }
      targets += try await state(of: target).children.reversed()
    }
    return ended
  }

  /// Gives a paper or campaign a new cap. What waits for a raise is looked at again at once.
  public func setCap(_ cap: Money, of stream: StreamID) async throws {
    if stream.kind == .paper { try await keepWithinCampaign(cap, of: stream) }
    let after = try await annotate(stream) { state in
      // Looked at with every try: a step may be reserved meanwhile.
      guard cap >= state.books.total else {
        throw OperationError(
          "\(stream.name) has \(state.books.total) on its books already: the cap can't be \(cap).")
      }
      return state.cap == cap ? nil : .capChanged(cap)
    }
    if after.end == nil, let opening = after.opening { try await publish(stream, after.stage, opening) }
  }

  /// The caps of a campaign's papers together stay within its budget.
  private func keepWithinCampaign(_ cap: Money, of paper: StreamID) async throws {
    guard let dot = paper.name.lastIndex(of: "."), let campaign = StreamID(.campaign, String(paper.name[..<dot]))
    else { return }
    let status = try await Overview(self).campaign(campaign)
    let others = status.papers.reduce(status.ownCost) { $0 + ($1.stream == paper ? .zero : max($1.state.cap, $1.cost)) }
    guard others + cap <= status.state.cap else {
      throw OperationError(
        "The caps of \(campaign.name)'s papers would come to \(others + cap), over its budget of \(status.state.cap). "
          + "Raise that first: `shoal budget \(campaign.name) --to DOLLARS`.")
    }
  }

  /// How a stream is opened, also where its journal is empty still.
  func opening(of stream: StreamID) async throws -> Opening? {
    if let opening = try await state(of: stream).opening { return opening }
    for kind in [StreamID.Kind.campaign, .paper] {
      for owner in try await streams(of: kind) where stream.name.hasPrefix(owner.name + ".") {
        let state = try await state(of: owner)
        if let item = state.following[.ideate]?.first(where: { $0.stream == stream }) { return item.opening }
        if let asked = state.asked.first(where: { $0.ask.run == stream }) { return asked.ask.opening }
      }
    }
    return nil
  }
}

extension StreamState {
  /// What this stream opened or asked for, and is not done with.
  fileprivate var children: [StreamID] { (following[.ideate] ?? []).map(\.stream) + asked.map(\.ask.run) }
}
