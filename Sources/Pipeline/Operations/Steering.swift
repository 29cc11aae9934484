import Journal
import MessageLog
public import PaperModel
import PipelineRules

extension Deployment {
  /// Pauses a campaign or resumes it. Resuming publishes its unfinished items again, because some items of a large
  /// campaign wait on the longest retry tier; duplicate items are found to be done.
  /// - Returns: whether that changed anything.
  @discardableResult
  public func setPaused(_ isPaused: Bool, campaign: StreamID) async throws -> Bool {
    let wasPaused = try await self.isPaused(campaign: campaign)
    try await log.setControl(ControlFlag.pause(campaign: campaign.name), to: isPaused ? [1] : nil)
    if wasPaused, !isPaused { try await recover(campaign: campaign) }
    return wasPaused != isPaused
  }

  /// - Throws: the errors of reading the control flags.
  public func isPaused(campaign: StreamID) async throws -> Bool { try await pausedCampaigns().contains(campaign) }

  /// The campaigns that are paused, finished ones included.
  public func pausedCampaigns() async throws -> Set<StreamID> {
    Set(
      try await log.control(under: ControlFlag.pausePrefix).keys.compactMap { key in
        ControlFlag.pausedCampaign(key).flatMap { StreamID(.campaign, $0) }
      })
  }

  /// Cancels a stream and those that belong to it: its papers and runs. The journals record it; a control flag stops
  /// running work at once. Dead campaigns and papers are cancelled too, and their dead letters dropped.
  /// - Returns: the cancelled streams; empty if all were done or cancelled already.
  /// - Throws: `JournalError` for the first stream whose journal is damaged, after all others were ended.
  public func cancel(_ stream: StreamID, reason: String) async throws -> [StreamID] {
    try await tidyWords()
    var ended: [StreamID] = []
    var targets = [stream]
    var dead: Set<StreamID> = []
    var damage: JournalError?
    // An owner is ended before its family is listed: what it opened or asked for until then is in its journal.
    while let target = targets.popLast() {
      switch try await sound(target, { try await cancelOne(target, reason: reason) }) {
      case .success(let done):
        if done.isEnded { ended.append(target) }
        if done.wasDead { dead.insert(target) }
        targets += done.children.reversed()
      case .failure(let error): damage = damage ?? error
      }
    }
    if stream.kind == .campaign {
      // Workers keep a paused campaign's items; once resumed, they find that their streams are cancelled.
      if try await isPaused(campaign: stream) {
        try await log.setControl(ControlFlag.pause(campaign: stream.name), to: nil)
      }
      // Nobody takes up its submission.
      try await endSubmissions(of: [stream])
    }
    try await dropDeadLetters(of: dead)
    try await outbox.flush()
    if let damage { throw damage }
    return ended
  }

  private struct Cancelled {
    /// Whether this ended it.
    let isEnded: Bool
    /// Whether it was dead before.
    let wasDead: Bool
    let children: [StreamID]
  }

  private func cancelOne(_ target: StreamID, reason: String) async throws -> Cancelled {
    var isEnded = false
    let before = try await state(of: target)
    if before.mayBeCancelled {
      if before.length == 0 {
        guard let opening = try await opening(of: target) else {
          throw OperationError("Nothing has opened \(target), so there is nothing to cancel.")
        }
        _ = try await journal.append(.opened(opening), to: target, at: 0)
      }
      let after = try await annotate(target) { $0.mayBeCancelled ? .cancelled(reason: reason) : nil }
      if case .cancelled = after.end {
        isEnded = true
        if let claim = before.claim, !claim.isOver { try await callOff(target) }
        // Whoever takes the item tells the paper that waits for the run.
        if target.kind == .run, let opening = after.opening { try await publish(target, .run, opening) }
      }
    }
    return Cancelled(
      isEnded: isEnded, wasDead: isEnded && before.end != nil, children: try await state(of: target).children)
  }

  private func callOff(_ stream: StreamID) async throws {
    let now = ControlFlag.value(atMicroseconds: clock.nowMicroseconds)
    try await log.setControl(ControlFlag.cancel(stream), to: now)
  }

  /// Removes old cancel flags that lost workers have left.
  private func tidyWords() async throws {
    for (key, value) in try await log.control(under: ControlFlag.cancelPrefix) {
      if ControlFlag.isOver(value, nowMicroseconds: clock.nowMicroseconds) { try await log.setControl(key, to: nil) }
    }
  }

  /// The opening of a stream, even if its journal is still empty.
  func opening(of stream: StreamID) async throws -> Opening? {
    if let opening = try await state(of: stream).opening { return opening }
    for owner in owners(of: stream) {
      let state = try await state(of: owner)
      if let item = state.opened.first(where: { $0.stream == stream }) { return item.opening }
      if let asked = state.asked.first(where: { $0.ask.run == stream }) { return asked.ask.opening }
    }
    return nil
  }

  /// The streams that may have opened this one, by its name: `a.1` is paper 1 of campaign `a`, `a.1.v1r0` a run of that
  /// paper.
  private func owners(of stream: StreamID) -> [StreamID] {
    guard stream.kind != .campaign, let dot = stream.name.lastIndex(of: ".") else { return [] }
    let kinds: [StreamID.Kind] = stream.kind == .run ? [.paper, .campaign] : [.campaign]
    return kinds.compactMap { StreamID($0, String(stream.name[..<dot])) }
  }
}

extension StreamState {
  /// Whether it is not at an end, or dead: a person may let go of it. A dead run is at its end for its paper.
  fileprivate var mayBeCancelled: Bool {
    switch end {
    case nil: true
    case .dead?: stream.kind != .run
    case .done?, .cancelled?: false
    }
  }

  /// The streams that this one opened or asked for, without those it has finished with.
  fileprivate var children: [StreamID] { opened.map(\.stream) + asked.map(\.ask.run) }
}
