public import PaperModel

extension Heartbeat {
  /// What a heartbeat of some time says now; both in microseconds since 1970. One from the future is fresh: clocks that
  /// are set must not end a worker.
  public static func liveness(beatAt beat: Int64, now: Int64) -> Liveness {
    let stale = staleAfter.components.seconds * 1_000_000
    return now - beat <= stale ? .alive : .gone
  }
}

extension JournalError {
  /// Refuses a number that no entry of a stream can have now; nil where it is the end or taken already.
  public static func refusal(of number: Int64, to stream: StreamID, end: Int64) -> JournalError? {
    guard number < 0 || number > end else { return nil }
    return JournalError(
      .misuse, "Entry \(number) of \(stream) can't be appended: its journal ends at \(end); read it again first.")
  }
}
