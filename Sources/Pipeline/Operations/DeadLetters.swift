import Journal
public import MessageLog
public import PaperModel
import PipelineRules
import WireFormat

/// A dead letter and the contents of its headers.
public struct DeadLetter: Sendable, Hashable {
  /// The name by which commands refer to it, e.g. `dead.run:17`; on a cluster also with the partition, `dead.run:0:17`.
  public let name: String
  public let stored: StoredMessage

  /// The topic that holds it.
  public var topic: Topic { stored.message.topic }
  /// The stream; nil if the body can't be read.
  public var stream: StreamID? { header(HeaderName.stream).flatMap { StreamID($0) } }
  /// The stage, e.g. `run`.
  public var stage: String { String(topic.name.dropFirst("dead.".count)) }

  /// The requested work; nil if this version can't read it.
  public var item: WorkItem? { try? WireFormat.decodeWorkItem(stored.message.body) }

  /// The kind of its error; nil if it is not known.
  public var kind: String? { written(HeaderName.errorKind) ?? (item == nil ? "undecodable" : nil) }
  /// Its error; nil if it is not known.
  public var error: String? {
    written(HeaderName.errorMessage)
      ?? (item == nil ? "This version can't read it; a newer one or another program has written it." : nil)
  }

  private func written(_ name: String) -> String? { header(name).flatMap { $0.isEmpty ? nil : $0 } }

  /// The text of a header.
  public func header(_ name: String) -> String? { stored.message.headers[name] }
}

/// Changes to a dead letter's stream before it is replayed; nil leaves a value as it is.
public struct DeadLetterEdit: Sendable, Hashable {
  /// The new cap of the stream.
  public var budget: Money?
  /// The stage from which it is replayed.
  public var stage: Stage?

  public init() {}
}

extension HeaderName {
  /// The headers that were added when the message was given up.
  static let ofDeath = [
    originTopic, attempt, firstFailure, lastFailure, errorKind, errorMessage, worker, version, cost,
  ]
}

/// Selects dead letters.
public struct DeadLetterFilter: Sendable {
  public var stage: String?
  public var campaign: String?
  /// The kind of the error.
  public var kind: String?
  /// The earliest time: microseconds since 1970.
  public var sinceMicroseconds: Int64?
  /// The names of the letters.
  public var names: Set<String>?

  /// Selects all.
  public init() {}

  func admits(_ letter: DeadLetter) -> Bool {
    if let stage, letter.stage != stage { return false }
    if let campaign, letter.header(HeaderName.campaign) != campaign { return false }
    if let kind, letter.kind != kind { return false }
    if let sinceMicroseconds, letter.stored.atMicroseconds < sinceMicroseconds { return false }
    if let names, !names.contains(letter.name), !names.contains(letter.stream?.name ?? "") { return false }
    return true
  }
}

extension Deployment {
  /// The dead letters, by topic, oldest first.
  public func deadLetters(_ filter: DeadLetterFilter = DeadLetterFilter()) async throws -> [DeadLetter] {
    var all: [DeadLetter] = []
    for topic in Topic.allDead {
      for stored in try await log.browse(topic, limit: 100_000) {
        let letter = DeadLetter(name: "\(topic.name):\(stored.identity)", stored: stored)
        if filter.admits(letter) { all.append(letter) }
      }
    }
    return all
  }

  /// Replays a dead letter's stream from where it ended. Finished steps are not paid for again.
  /// - Returns: false if the stream was replayed or has ended otherwise meanwhile; the letter is then dropped.
  public func replay(_ letter: DeadLetter, reason: String) async throws -> Bool {
    try await replay(letter, edit: DeadLetterEdit(), reason: reason)
  }

  /// Replays it with changes.
  /// - Throws: `OperationError` if a change can't be made; the letter stays.
  public func replay(_ letter: DeadLetter, edit: DeadLetterEdit, reason: String) async throws -> Bool {
    guard let item = letter.item else {
      throw OperationError(
        "\(letter.name) can't be read by this version, so it can't be replayed. "
          + "`shoal dead show \(letter.name)` shows its bytes; after an upgrade, `shoal dead replay \(letter.name) "
          + "--as-is` sends them back unchanged; `shoal dead discard` discards it.")
    }
    let state = try await state(of: item.stream)
    var isTakenUp = true
    switch state.end {
    case .dead(let stage, _):
      if let budget = edit.budget { try await setCap(budget, of: item.stream) }
      try await replay(item.stream, from: edit.stage ?? stage, reason: reason)
    case .done, .cancelled: isTakenUp = false
    case nil where state.stage == item.stage: try await publish(item.stream, item.stage, item.opening)
    case nil: isTakenUp = false
    }
    _ = try await discard(letter)
    return isTakenUp
  }

  /// Sends a letter back to the topic that it came from, its bytes unchanged: for letters that only another version can
  /// read.
  /// - Throws: `OperationError` if that topic is not known.
  public func sendBack(_ letter: DeadLetter) async throws {
    guard let origin = letter.header(HeaderName.originTopic), !origin.isEmpty, origin.utf8.count <= 200 else {
      throw OperationError("\(letter.name) does not name its original topic, so it can't be sent back.")
    }
    var message = letter.stored.message
    message.topic = Topic(name: origin)
    for name in HeaderName.ofDeath { message.headers[name] = nil }
    try await log.publish([message])
    _ = try await discard(letter)
  }

  /// Drops a dead letter. Its stream stays dead.
  public func discard(_ letter: DeadLetter) async throws -> Bool {
    try await log.remove(letter.stored.identity, from: letter.topic)
  }
}
