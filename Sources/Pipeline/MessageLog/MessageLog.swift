public import PaperModel

/// Moves messages between workers: topics of keyed messages, delivered at least once, in order for each key, and one
/// delivery for each key at a time. There are no transactions, and nothing depends on them.
public protocol MessageLog: Sendable {
  /// Publishes messages, durably before it returns. If it throws, some of them may be published.
  func publish(_ messages: [Message]) async throws

  /// Joins the consumers of some topics. A process may have several consumers; each holds deliveries of its own.
  func consumer(of topics: [Topic], worker: WorkerID) async throws -> any MessageConsumer

  /// The oldest messages of a topic, at most `limit`; for commands that show dead letters and backlogs.
  func browse(_ topic: Topic, limit: Int) async throws -> [StoredMessage]

  /// Whether a message with a key lies in a topic. Does not read all messages of the topic if the log has an index.
  func holds(_ key: String, in topic: Topic) async throws -> Bool

  /// Removes a message from a dead-letter topic, after its replay or to discard it.
  /// - Returns: false if it is gone already.
  func remove(_ identity: String, from topic: Topic) async throws -> Bool

  /// Sets a control flag (compacted: the last value holds), or removes it with nil.
  func setControl(_ key: String, to value: [UInt8]?) async throws

  /// All control flags.
  func control() async throws -> [String: [UInt8]]

  /// The control flags whose keys begin with a prefix of ASCII characters. Reads no others if the log has an index.
  func control(under prefix: String) async throws -> [String: [UInt8]]
}

extension MessageLog {
  public func control(under prefix: String) async throws -> [String: [UInt8]] {
    try await control().filter { $0.key.hasPrefix(prefix) }
  }
}

/// Receives deliveries one after another, for one owner.
public protocol MessageConsumer: Sendable {
  /// The next delivery of the given topics (a subset of those consumed), within milliseconds of its publication, also
  /// if another process published it. A worker asks only while it has a free slot.
  /// - Returns: nil once the consumer is closed.
  /// - Throws: `CancellationError` on cancellation, with no delivery taken; `MessageLogError`.
  func next(of topics: Set<Topic>) async throws -> (any Delivery)?

  /// Gives back unfinished deliveries and closes. Calls of `next` in other tasks return nil.
  func close() async
}

/// A message that this consumer holds, for hours if need be. Exactly one of its ends is called, once; if that throws,
/// it may be called again, or `giveBack`. If the delivery was reassigned meanwhile (its worker counted as dead), its
/// end has no effect.
public protocol Delivery: Sendable {
  /// The message, byte for byte as published.
  var message: Message { get }
  /// How often the message was delivered, this time included; from 1. A hint: a log may lose the count.
  var count: Int { get }
  /// Acknowledges the delivery.
  func finish() async throws
  /// Returns the message to its topic at once.
  func giveBack() async throws
  /// Returns the message to its topic after a delay, through the first retry tier that is long enough; the headers
  /// replace those of the same name.
  func retry(afterSeconds: Int, headers: [String: String]) async throws
  /// Moves the message to its topic's dead letters, with its body unchanged.
  func deadLetter(headers: [String: String]) async throws
}

/// A failure of a message log, with what a person can do about it.
public struct MessageLogError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Whether the same call may succeed later.
  public let isRetriable: Bool
  /// One sentence that names the file or server and what to do.
  public let message: String

  public init(_ message: String, isRetriable: Bool) {
    self.message = message
    self.isRetriable = isRetriable
  }

  public var description: String { message }
}
