internal import Journal
internal import PaperModel
internal import SQLite
internal import WireFormat

/// The statements on the table `journal`.
enum JournalRows {
  static func end(of stream: String, _ connection: borrowing CachedConnection) throws -> Int64 {
    try connection.first("SELECT number FROM journal WHERE stream = ? ORDER BY number DESC LIMIT 1", stream) {
      $0.int64(0) + 1
    } ?? 0
  }

  static func entries(
    of stream: StreamID, from number: Int64, _ connection: borrowing CachedConnection
  ) throws -> [JournalEntry] {
    var expected = number
    return try connection.query(
      "SELECT number, bytes FROM journal WHERE stream = ? AND number >= ? ORDER BY number", stream.description, number
    ) { row in
      let found = row.int64(0)
      guard found == expected else { throw stored(expected, of: stream, connection).fault("is missing") }
      expected += 1
      return try entry(row.bytes(1), of: stream, at: found, connection)
    }
  }

  static func entry(
    _ bytes: [UInt8], of stream: StreamID, at number: Int64, _ connection: borrowing CachedConnection
  ) throws -> JournalEntry {
    try stored(number, of: stream, connection).decode(bytes)
  }

  static func streams(
    of kind: StreamID.Kind, after name: String?, limit: Int, _ connection: borrowing CachedConnection
  ) throws -> [StreamID] {
    // Steps from name to name in the index instead of reading all entries. `0` is the character after `/`.
    var last = "\(kind.rawValue)/\(name ?? "")"
    var streams: [StreamID] = []
    while streams.count < limit {
      let next = try connection.first(
        "SELECT stream FROM journal WHERE stream > ? AND stream < ? ORDER BY stream LIMIT 1", last, "\(kind.rawValue)0"
      ) { $0.string(0) }
      guard let next else { break }
      streams.append(try stream(next, connection))
      last = next
    }
    return streams
  }

  static func stream(_ text: String, _ connection: borrowing CachedConnection) throws(JournalError) -> StreamID {
    if let stream = StreamID(text) { return stream }
    throw JournalError(
      .damaged, "\(connection.connection.path) has a journal of “\(text)”, which is no stream; restore a copy.")
  }

  private static func stored(
    _ number: Int64, of stream: StreamID, _ connection: borrowing CachedConnection
  ) -> StoredEntry {
    StoredEntry(number, of: stream, " in \(connection.connection.path)")
  }
}
