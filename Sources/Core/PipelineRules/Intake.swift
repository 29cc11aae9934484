public import PaperModel

/// What to do with a work item, given its stream's journal: section 3 of ARCHITECTURE.md as a function.
public enum Intake: Sendable, Hashable {
  /// There is nothing to do: acknowledge.
  case acknowledge
  /// The stage is finished: publish what follows unless it is claimed already, then acknowledge.
  case publishFollowing([WorkItem])
  /// The run is at an end: tell its parent again, always, then acknowledge.
  case wakeParent(Opening.Parent)
  /// Look at the runs that are out: only where one has ended, or was perhaps never published, is the visit begun.
  case lookAtRuns
  /// Another worker has it: ask whether that worker lives; if so leave it, else take it.
  case claimedByOther(WorkerID)
  /// Take it; attempts are numbered from 1.
  case claim(attempt: Int)
  /// Too many workers were lost, or failed, over it.
  case giveUp(Failure)

  /// What a worker does with a work item, by the state of its stream.
  public static func decide(
    _ item: WorkItem, _ state: StreamState, by worker: WorkerID, policy: RetryPolicy = .standard
  ) -> Intake {
    if let end = state.end { return atEnd(item, state, end) }
    if state.results[item.stage] != nil { return .publishFollowing(state.following[item.stage] ?? []) }
    // A message from before a replay that took the stream back: the replay has published the right one.
    if item.stage != state.stage { return .acknowledge }
    if let claim = state.claim, !claim.isOver, claim.worker != worker { return .claimedByOther(claim.worker) }
    return begin(item, state, policy: policy)
  }

  /// Decides once it is known that whoever had it is gone.
  public static func begin(_ item: WorkItem, _ state: StreamState, policy: RetryPolicy = .standard) -> Intake {
    if item.stage.mayAsk, !state.openRuns.isEmpty, state.unpublishedRuns.isEmpty, state.claim?.isOver != false,
      state.failures == 0
    {
      return .lookAtRuns
    }
    let lost = state.losses + (state.claim.map { !$0.isOver && $0.stage == item.stage } == true ? 1 : 0)
    if lost >= policy.mostLosses {
      return .giveUp(
        Failure(
          kind: "poison", "\(lost) workers were lost over \(item.stage.rawValue) of \(item.stream).",
          advice: "See what the last of them logged, then replay it."))
    }
    return .claim(attempt: state.failures + lost + 1)
  }

  private static func atEnd(_ item: WorkItem, _ state: StreamState, _ end: StreamState.End) -> Intake {
    if let parent = state.opening?.parent { return .wakeParent(parent) }
    if case .done = end { return .publishFollowing(state.following[item.stage] ?? []) }
    return .acknowledge
  }
}
