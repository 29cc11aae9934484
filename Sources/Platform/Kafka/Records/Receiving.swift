internal import CRdKafka

/// A record from the library, owned: one that is not destroyed makes destroying the client hang.
struct RawRecord: ~Copyable {
  private let message: UnsafeMutablePointer<rd_kafka_message_t>

  private let time: Int64
  private var timeKind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE

  init(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
    self.message = message
    time = rd_kafka_message_timestamp(message, &timeKind)
  }
  deinit { rd_kafka_message_destroy(message) }

  /// No error for a record; otherwise it is an event.
  var code: rd_kafka_resp_err_t { message.pointee.err }
  /// The library's message for an error.
  var errorText: String { String(cString: rd_kafka_message_errstr(message)) }
  var offset: Int64 { message.pointee.offset }
  /// Which partition it is from, cheaper to compare than its name; valid as long as the client.
  var partitionKey: PartitionKey { PartitionKey(topic: message.pointee.rkt, partition: message.pointee.partition) }
  /// Which partition it is from; nil for an event of the whole client.
  var partition: TopicPartition? {
    message.pointee.rkt.map { TopicPartition(String(cString: rd_kafka_topic_name($0)), message.pointee.partition) }
  }

  /// When the broker appended it, for topics whose records bear that time; nil for others.
  var appendedMilliseconds: Int64? { timeKind == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME ? time : nil }

  /// A copy in Swift's own memory.
  func copy(from partition: TopicPartition) -> ReceivedRecord {
    ReceivedRecord(
      place: RecordPlace(partition, message.pointee.offset),
      key: bytes(message.pointee.key, message.pointee.key_len),
      value: bytes(message.pointee.payload, message.pointee.len), headers: headers,
      timestampMilliseconds: timeKind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? nil : time)
  }

  private var headers: [RecordHeader] {
    var list: OpaquePointer?
    guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return [] }
    var headers: [RecordHeader] = []
    var name: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var count = 0
    while rd_kafka_header_get_all(list, headers.count, &name, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR {
      headers.append(RecordHeader(name.map { String(cString: $0) } ?? "", bytes(value, count)))
    }
    return headers
  }
}

/// A partition as the library's own pointer and number.
struct PartitionKey: Hashable {
  var topic: OpaquePointer?
  var partition: Int32
}

/// A null pointer is Kafka's null; no bytes are an array of none.
private func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
  start.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: count)) }
}
