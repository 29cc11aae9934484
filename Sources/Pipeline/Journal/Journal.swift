public import PaperModel

/// Where streams' journals are kept: entries numbered 0, 1, 2, …, each written with put-if-absent. Every promise about
/// money rests on this seam, so every implementation passes the same conformance suite.
public protocol Journal: Sendable {
  /// Appends an entry, durably before it returns.
  /// - Returns: false where the number is taken already: another worker has the stream, and the caller must stop.
  /// - Throws: `JournalError` where nothing is known to be written. A number that lies past the end is refused too.
  func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool

  /// The entries of a stream from a number on, in their order; empty where there are none.
  /// - Throws: `JournalError` that names the file where an entry is damaged or missing.
  func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry]

  /// The streams of a kind that have a journal, by name, after a name; at most `limit`.
  func streams(of kind: StreamID.Kind, after name: String?, limit: Int) async throws -> [StreamID]

  /// Says that a worker lives. Called every few seconds for as long as it holds claims.
  func beat(_ worker: WorkerID) async throws

  /// Says that a worker has ended and holds nothing more.
  func sayGoodbye(_ worker: WorkerID) async throws

  /// What is known of a worker. Decides what is wasted, never what is correct.
  func liveness(of worker: WorkerID) async throws -> Liveness
}

/// What is known of a worker.
public enum Liveness: Sendable, Hashable {
  /// Its heartbeat is fresh.
  case alive
  /// It has said goodbye, its process is gone, or its heartbeat is stale.
  case gone
}

/// How long a heartbeat stays fresh, and how often one is sent.
public enum Heartbeat {
  /// A heartbeat older than this is stale. Three of them may be missed. A longer time keeps the work of a killed worker
  /// waiting (the aim is ten seconds), a shorter one takes work from a worker whose disk or network is slow.
  public static let staleAfter: Duration = .seconds(8)
  /// A worker that holds claims sends one this often: each costs a write to the journal's store.
  public static let every: Duration = .seconds(2)
}

/// What a journal can't do, and what a person should do about it.
public struct JournalError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds.
  public enum Kind: String, Sendable {
    /// No space, no rights, the medium fails: may work again later.
    case unavailable
    /// What lies there can't be read as a journal. Nothing is overwritten.
    case damaged
    /// The caller asked for what no journal does.
    case misuse
  }

  /// The kind.
  public let kind: Kind
  /// One sentence that names the file and says what to do.
  public let message: String

  /// An error.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
