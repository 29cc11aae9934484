import Journal
import MessageLog
public import PaperModel
import PipelineRules

extension Deployment {
  /// Pauses a campaign or resumes it. Resuming publishes its unfinished items again, because some items of a large
  /// campaign wait on the longest retry tier; duplicate items are found to be done.
  public func setPaused(_ isPaused: Bool, campaign: StreamID) async throws {
    let wasPaused = try await self.isPaused(campaign: campaign)
    try await log.setControl(ControlFlag.pause(campaign: campaign.name), to: isPaused ? [1] : nil)
    if wasPaused, !isPaused { try await recover(campaign: campaign) }
  }

  /// - Throws: the errors of reading the control flags.
  public func isPaused(campaign: StreamID) async throws -> Bool { try await pausedCampaigns().contains(campaign) }

  /// The campaigns that are paused, finished ones included.
  public func pausedCampaigns() async throws -> Set<StreamID> {
    Set(
      try await log.control().keys.compactMap { key in
        ControlFlag.pausedCampaign(key).flatMap { StreamID(.campaign, $0) }
      })
  }

  /// Cancels a stream and those that belong to it: its papers and runs. The journals record it; a control flag stops
  /// running work at once.
  /// - Returns: the cancelled streams; empty if all had ended already.
  public func cancel(_ stream: StreamID, reason: String) async throws -> [StreamID] {
    try await tidyWords()
    var ended: [StreamID] = []
    var targets = [stream]
    // An owner is cancelled before its children are listed: everything that it opened or asked for until then is in its
    // journal.
    while let target = targets.popLast() {
      let before = try await state(of: target)
      if before.end == nil {
        if before.length == 0, let opening = try await opening(of: target) {
          _ = try await journal.append(.opened(opening), to: target, at: 0)
        }
        let after = try await annotate(target) { $0.end == nil ? .cancelled(reason: reason) : nil }
        if case .cancelled = after.end {
          ended.append(target)
          if let claim = before.claim, !claim.isOver { try await callOff(target) }
          // The worker that takes the item wakes the paper that waits for the run.
          if target.kind == .run, let opening = after.opening { try await publish(target, .run, opening) }
        }
      }
      targets += try await state(of: target).children.reversed()
    }
    // Workers keep a paused campaign's items; once resumed, they find that their streams are cancelled.
    if stream.kind == .campaign, try await isPaused(campaign: stream) {
      try await log.setControl(ControlFlag.pause(campaign: stream.name), to: nil)
    }
    try await outbox.flush()
    return ended
  }

  private func callOff(_ stream: StreamID) async throws {
    let now = ControlFlag.value(atMicroseconds: clock.nowMicroseconds)
    try await log.setControl(ControlFlag.cancel(stream), to: now)
  }

  /// Removes old cancel flags that lost workers have left.
  private func tidyWords() async throws {
    for (key, value) in try await log.control() where ControlFlag.cancelledStream(key) != nil {
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
  /// The streams that this one opened or asked for, without those it has finished with.
  fileprivate var children: [StreamID] { opened.map(\.stream) + asked.map(\.ask.run) }
}
