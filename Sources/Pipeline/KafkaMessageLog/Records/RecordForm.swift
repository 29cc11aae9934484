import Kafka
import MessageLog
import PaperModel

/// The names of headers that only this log writes.
enum KafkaHeader {
  /// On a waiting record: when it moves on from this topic, microseconds since 1970.
  static let notBefore = "not-before"
  /// On a record that waits longer than the longest tier: when it goes back, microseconds since 1970.
  static let due = "due"
  /// On a dead letter: the key of the original record, byte for byte; absent if it had none.
  static let originKey = "origin-key"
  /// On a dead letter: the original record had no value, which differs from an empty one.
  static let hadNoValue = "had-no-value"
  /// The headers that only dead letters have.
  static let ofLetters: Set<String> = [originKey, hadNoValue]
}

/// Messages as records: the key's bytes, the body as the value, headers by name.
enum RecordForm {
  static func record(of message: Message, topic: String) -> OutgoingRecord {
    OutgoingRecord(
      topic: topic, key: Array(message.key.utf8), value: message.body, headers: headers(message.headers))
  }

  /// A record as a message. A key or header that is not UTF-8 is shown as well as it can be; code that forwards the
  /// record copies its bytes. If several headers have the same name, the last one is shown.
  static func message(_ record: ReceivedRecord, in topic: Topic) -> Message {
    Message(
      topic: topic, key: record.key.map { String(decoding: $0, as: UTF8.self) } ?? "", body: record.value ?? [],
      headers: texts(record.headers))
  }

  static func texts(_ headers: [RecordHeader]) -> [String: String] {
    Dictionary(headers.map { ($0.name, String(decoding: $0.value ?? [], as: UTF8.self)) }) { _, last in last }
  }

  /// In the order of their names, so that equal messages are equal records.
  static func headers(_ headers: [String: String]) -> [RecordHeader] {
    headers.sorted { $0.key < $1.key }.map { RecordHeader($0.key, text: $0.value) }
  }

  /// A record's headers, byte for byte, without those that `new` replaces.
  static func headers(_ old: [RecordHeader], replacedBy new: [String: String]) -> [RecordHeader] {
    old.filter { new[$0.name] == nil } + headers(new)
  }
}

extension ReceivedRecord {
  var priority: Priority {
    header(HeaderName.priority).flatMap { Int(String(decoding: $0, as: UTF8.self)) }.flatMap { Priority($0) } ?? .usual
  }

  /// A header that holds a time: microseconds since 1970.
  func time(_ name: String) -> Int64? {
    header(name).flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
  }

  /// A header that holds a topic of this log.
  func topic(_ name: String) -> Topic? {
    guard let bytes = header(name), let text = String(validating: bytes, as: UTF8.self),
      !text.isEmpty, text.utf8.count <= 200
    else { return nil }
    return Topic(name: text)
  }
}
