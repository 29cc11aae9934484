import Journal
import MessageLog
public import PaperModel
import PipelineRules

extension Deployment {
  /// Replays a stream from a stage: the results of that stage and of later ones no longer count; finished steps are
  /// reused if they are asked for again.
  /// - Throws: `OperationError` if the stream has not reached that stage.
  public func replay(_ stream: StreamID, from stage: Stage?, reason: String) async throws {
    let before = try await state(of: stream)
    guard let opening = before.opening else { throw OperationError("\(stream.name) has not begun: nothing to replay.") }
    let from = stage ?? before.stage
    guard from.streamKind == stream.kind else {
      throw OperationError("\(from.rawValue) is no stage of a \(stream.kind.rawValue).")
    }
    try checkReached(from, before)
    try checkFree(before)
    if let parent = opening.parent { try await checkAwaited(stream, by: parent) }
    for run in before.asked where run.stage == from { try await takeUpDead(run.ask.run, reason: reason) }
    try await annotate(stream) { state in
      try checkFree(state)
      return .replayed(from: from, reason: reason)
    }
    // Removed even if no worker has seen it: the flag was meant for the work before the replay.
    try await log.setControl(ControlFlag.cancel(stream), to: nil)
    try await publish(stream, from, opening)
    try await dropDeadLetters(of: [stream])
    try await outbox.flush()
  }

  /// Drops the dead letters of streams that are not dead any more.
  func dropDeadLetters(of streams: Set<StreamID>) async throws {
    guard !streams.isEmpty else { return }
    for letter in try await deadLetters() where letter.stream.map(streams.contains) == true {
      _ = try await discard(letter)
    }
  }

  /// A run whose result its parent has folded in costs only what is on the parent's books: it must not run again
  /// without a reservation there.
  private func checkAwaited(_ run: StreamID, by parent: Opening.Parent) async throws {
    let asked = try await state(of: parent.stream).asked.last { $0.ask.run == run }
    guard let asked, asked.end == nil else {
      throw OperationError(
        "\(parent.stream.name) has continued without \(run.name). "
          + "Replay that instead: `shoal replay \(parent.stream.name) --from \(parent.stage.rawValue)`.")
    }
  }

  private func checkFree(_ state: StreamState) throws {
    guard let claim = state.claim, !claim.isOver, state.end == nil else { return }
    throw OperationError(
      "\(claim.worker) is working on \(state.stream.name). Wait for it, or `shoal cancel \(state.stream.name)` first.")
  }

  /// Replays a dead run when its paper is replayed from the stage that asked for it.
  private func takeUpDead(_ run: StreamID, reason: String) async throws {
    guard case .dead? = try await state(of: run).end else { return }
    let after = try await annotate(run) { state in
      if case .dead? = state.end { .replayed(from: .run, reason: reason) } else { nil }
    }
    if after.end == nil, let opening = after.opening { try await publish(run, .run, opening) }
  }

  private func checkReached(_ stage: Stage, _ state: StreamState) throws {
    let stages = StageGraph.stages(of: state.stream.kind)
    for earlier in stages.prefix(while: { $0 != stage })
    where !StageGraph.isOptional(earlier) && state.results[earlier] == nil {
      throw OperationError(
        "\(state.stream.name) has no result of \(earlier.rawValue), so it can't be replayed from \(stage.rawValue). "
          + "Replay it from \(earlier.rawValue) or an earlier stage.")
    }
  }
}
