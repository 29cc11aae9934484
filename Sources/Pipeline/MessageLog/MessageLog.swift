public import PaperModel

/// Where messages go from worker to worker: topics of keyed messages, delivered at least once, in order for each key,
/// and one delivery for each key at a time. There are no transactions, and nothing depends on them.
public protocol MessageLog: Sendable {
  /// Publishes messages, durably before it returns: all of them, or it throws and some may be there.
  func publish(_ messages: [Message]) async throws

  /// Takes part in the work of some topics. A process may have several consumers; each has its own deliveries.
  func consumer(of topics: [Topic], worker: WorkerID) async throws -> any MessageConsumer

  /// Messages of a topic as they lie there, oldest first; at most `limit`. For people: dead letters, and what waits.
  func browse(_ topic: Topic, limit: Int) async throws -> [StoredMessage]

  /// Takes a message out of a dead-letter topic after its replay, or to discard it.
  /// - Returns: false where it is gone already.
  func remove(_ identity: String, from topic: Topic) async throws -> Bool

  /// Sets a word of control for a key (compacted: the last one holds), or takes it back with nil.
  func setControl(_ key: String, to value: [UInt8]?) async throws

  /// All words of control.
  func control() async throws -> [String: [UInt8]]
}

/// Deliveries, one after another. For one owner.
public protocol MessageConsumer: Sendable {
  /// The next delivery of one of some topics (among those consumed), as soon as there is one: within milliseconds of
  /// its publication, also by another process. A worker asks only when it has a slot free.
  /// - Returns: nil once the consumer is closed.
  /// - Throws: `CancellationError` at cancellation, with no delivery taken; `MessageLogError`.
  func next(of topics: Set<Topic>) async throws -> (any Delivery)?

  /// Gives back what is not finished and ends. Calls of `next` in other tasks return nil.
  func close() async
}

/// A message that this consumer holds, for hours if need be. Exactly one of its ends is called, once;
/// one that throws may be followed by `giveBack`. A delivery that
/// was taken away meanwhile (its worker was believed dead) ends without effect.
public protocol Delivery: Sendable {
  /// The message, byte for byte as published.
  var message: Message { get }
  /// How often the message was delivered, this time included; from 1. A hint: a log may forget it.
  var count: Int { get }
  /// Done with it.
  func finish() async throws
  /// Back to its topic at once.
  func giveBack() async throws
  /// Back to its topic after a while, by way of the first retry tier that is as long; the headers take the place of
  /// headers of the same name.
  func retry(afterSeconds: Int, headers: [String: String]) async throws
  /// To the dead letters of its topic, with the body as it is.
  func deadLetter(headers: [String: String]) async throws
}

/// What a log can't do, and what a person should do about it.
public struct MessageLogError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Whether the same call may work later.
  public let isRetriable: Bool
  /// One sentence that names the file or server and says what to do.
  public let message: String

  /// An error.
  public init(_ message: String, isRetriable: Bool) {
    self.message = message
    self.isRetriable = isRetriable
  }

  /// The message.
  public var description: String { message }
}
