public import PaperModel

/// Stores the journals of streams: entries numbered 0, 1, 2, …, each written with put-if-absent. Every guarantee
/// about money rests on this seam, so every implementation passes the same conformance suite.
public protocol Journal: Sendable {
  /// Appends an entry, durably before it returns.
  /// - Returns: false if the number is taken: another worker owns the stream, and the caller must stop.
  /// - Throws: `JournalError` if the entry may not be written. A number past the end is refused too.
  func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool

  /// The entries of a stream from a number on, in order; empty if there are none.
  /// - Throws: `JournalError` naming the file if an entry is damaged or missing.
  func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry]

  /// The streams of one kind that have a journal, sorted by name, after `name`; at most `limit`.
  func streams(of kind: StreamID.Kind, after name: String?, limit: Int) async throws -> [StreamID]

  /// Records a heartbeat of a worker. A worker calls it every few seconds for as long as it lives.
  func beat(_ worker: WorkerID) async throws

  /// Records that a worker has stopped and holds no claims. Also removes the heartbeats of those that died without a
  /// goodbye more than a day ago, so that the list of the living does not grow with history.
  func sayGoodbye(_ worker: WorkerID) async throws

  /// Whether a worker is alive. The answer decides how much work is wasted, never whether it is correct.
  func liveness(of worker: WorkerID) async throws -> Liveness

  /// The workers that are alive, sorted by name.
  func living() async throws -> [WorkerID]
}

/// Whether a worker is alive, judged by its heartbeat.
public enum Liveness: Sendable, Hashable {
  /// Its heartbeat is fresh.
  case alive
  /// It has stopped, its process is gone, or its heartbeat is stale.
  case gone
}

/// How long a heartbeat stays fresh, and how often one is sent.
public enum Heartbeat {
  /// A heartbeat older than this is stale, so three may be missed. A longer time delays the takeover of a killed
  /// worker's streams (the aim is ten seconds); a shorter one takes streams from a worker with a slow disk or
  /// network.
  public static let staleAfter: Duration = .seconds(8)
  /// The interval between heartbeats of a worker that holds claims. Each one costs a write to the store.
  public static let every: Duration = .seconds(2)
  /// The heartbeat of a worker that never said goodbye is removed after this time. Should a frozen worker thaw later,
  /// its next heartbeat writes it anew.
  public static let forgottenAfter: Duration = .seconds(86_400)
}
