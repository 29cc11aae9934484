/// A name and bytes beside a record's value. The same name may occur several times.
public struct RecordHeader: Sendable, Hashable {
  /// The name; it is written as UTF-8 and must hold no NUL.
  public var name: String
  /// The bytes; nil is Kafka's null, which is not the same as no bytes.
  public var value: [UInt8]?

  /// A header of bytes, or of none.
  public init(_ name: String, _ value: [UInt8]?) {
    self.name = name
    self.value = value
  }

  /// A header of text, in UTF-8.
  public init(_ name: String, text: String) { self.init(name, Array(text.utf8)) }
}

/// A record to be written.
public struct OutgoingRecord: Sendable, Hashable {
  /// The topic; it must exist.
  public var topic: String
  /// The partition to write to; nil chooses by the key's hash as Java's clients do (murmur2), or at random without key.
  public var partition: Int32?
  /// The key, which orders records and of which compaction keeps the last one; nil is null.
  public var key: [UInt8]?
  /// The content; nil is null, which deletes the key from a compacted topic, and is not the same as no bytes.
  public var value: [UInt8]?
  /// Names and bytes beside the content, in this order.
  public var headers: [RecordHeader]
  /// Milliseconds since 1970; nil for the time of sending.
  public var timestampMilliseconds: Int64?

  /// A record for a topic.
  public init(
    topic: String, partition: Int32? = nil, key: [UInt8]? = nil, value: [UInt8]?, headers: [RecordHeader] = [],
    timestampMilliseconds: Int64? = nil
  ) {
    self.topic = topic
    self.partition = partition
    self.key = key
    self.value = value
    self.headers = headers
    self.timestampMilliseconds = timestampMilliseconds
  }

  /// Its share of the queue's bytes.
  var byteCount: Int {
    let content = (key?.count ?? 0) + (value?.count ?? 0)
    return headers.isEmpty ? content : headers.reduce(content) { $0 + ($1.value?.count ?? 0) }
  }
}

/// A record that was read.
public struct ReceivedRecord: Sendable, Hashable {
  public let place: RecordPlace
  /// Its key; nil is null.
  public let key: [UInt8]?
  /// Its content; nil is null (a deletion in a compacted topic), which is not the same as no bytes.
  public let value: [UInt8]?
  /// Names and bytes beside the content, in the order in which they were written.
  public let headers: [RecordHeader]
  /// Milliseconds since 1970; nil if the broker has none.
  public let timestampMilliseconds: Int64?

  /// A record, e.g. for a test.
  public init(
    place: RecordPlace, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader] = [],
    timestampMilliseconds: Int64? = nil
  ) {
    self.place = place
    self.key = key
    self.value = value
    self.headers = headers
    self.timestampMilliseconds = timestampMilliseconds
  }

  /// The partition it came from.
  public var partition: TopicPartition { place.partition }
  /// Its number in the partition.
  public var offset: Int64 { place.offset }

  /// The value of the last header of this name; nil if there is none, or if it is null.
  public func header(_ name: String) -> [UInt8]? { headers.last { $0.name == name }?.value }
}
