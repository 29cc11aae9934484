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
  /// Take it, settle what the lost worker left, and give it back for so many seconds.
  case rest(attempt: Int, seconds: Int)
  /// Too many workers were lost, or failed, over it.
  case giveUp(Failure)

  /// What a worker does with a work item, by the state of its stream.
  /// - Parameter microseconds: the time, since 1970; it only tells quick losses of workers from others.
  public static func decide(
    _ item: WorkItem, _ state: StreamState, by worker: WorkerID, at microseconds: Int64,
    policy: RetryPolicy = .standard
  ) -> Intake {
    if let end = state.end { return atEnd(item, state, end) }
    if state.results[item.stage] != nil { return .publishFollowing(state.following[item.stage] ?? []) }
    // A message from before a replay that took the stream back: the replay has published the right one.
    if item.stage != state.stage { return .acknowledge }
    if let claim = state.claim, !claim.isOver, claim.worker != worker { return .claimedByOther(claim.worker) }
    return begin(item, state, at: microseconds, policy: policy)
  }

  /// Decides once it is known that the claim's owner is gone.
  public static func begin(
    _ item: WorkItem, _ state: StreamState, at microseconds: Int64, policy: RetryPolicy = .standard
  ) -> Intake {
    if item.stage.mayAsk, !state.openRuns.isEmpty, state.unpublishedRuns.isEmpty, state.claim?.isOver != false,
      state.failures == 0
    {
      return .lookAtRuns
    }
    let isLost = state.isHeld(for: item.stage)
    let isQuick = isLost && state.isLossQuick(at: microseconds)
    let quick = state.quickLosses + (isQuick ? 1 : 0)
    if quick >= policy.mostLosses {
      return .giveUp(
        Failure(
          kind: "poison",
          "\(quick) workers were lost soon after they had taken up \(item.stage.rawValue) of \(item.stream).",
          advice: "See what the last of them logged, then replay it."))
    }
    let attempt = state.failures + state.losses + (isLost ? 1 : 0) + 1
    let seconds = isQuick ? RetryPolicy.rest(afterLosses: quick) : 0
    return seconds > 0 ? .rest(attempt: attempt, seconds: seconds) : .claim(attempt: attempt)
  }

  private static func atEnd(_ item: WorkItem, _ state: StreamState, _ end: StreamState.End) -> Intake {
    if let parent = state.opening?.parent { return .wakeParent(parent) }
    if case .done = end { return .publishFollowing(state.following[item.stage] ?? []) }
    return .acknowledge
  }
}
