public import PaperModel

/// What to do with a work item, given its stream's journal: section 3 of ARCHITECTURE.md as a function.
public enum Intake: Sendable, Hashable {
  /// There is nothing to do: acknowledge.
  case acknowledge
  /// The stage is finished: publish what follows unless it is claimed already, then acknowledge.
  case publishFollowing([WorkItem])
  /// The run has ended: wake its parent again, always, then acknowledge.
  case wakeParent(Opening.Parent)
  /// Look at the open runs: begin the visit only if one has ended, or may never have been published.
  case lookAtRuns
  /// Another worker has the stream: if that worker lives, leave the stream to it, else take it.
  case claimedByOther(WorkerID)
  /// Claim it; attempts are numbered from 1.
  case claim(attempt: Int)
  /// Deliver it again after this many seconds: the stream waits for a raise of its budget, and its journal has nothing
  /// new since it says so.
  case putOff(reason: String, seconds: Int)
  /// Claim it, settle what the lost worker left, and give it back for this many seconds.
  case rest(attempt: Int, seconds: Int)
  /// Too many workers were lost over it, or too many attempts failed.
  case giveUp(Failure)

  /// Decides what a worker does with a work item, by the state of its stream.
  /// - Parameter microseconds: the time, since 1970; it only distinguishes quick losses of workers from others.
  public static func decide(
    _ item: WorkItem, _ state: StreamState, by worker: WorkerID, at microseconds: Int64,
    policy: RetryPolicy = .standard
  ) -> Intake {
    if let end = state.end { return atEnd(item, state, end) }
    if state.results[item.stage] != nil { return .publishFollowing(state.following[item.stage] ?? []) }
    // The message is older than a replay of the stream, which has published the right one.
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
    if let release = state.release, release.reason.hasPrefix(ReleaseReason.budgetExhausted),
      release.number == state.length - 1, state.openRuns.isEmpty
    {
      return .putOff(reason: release.reason, seconds: RetryPolicy.budgetWaitSeconds)
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
