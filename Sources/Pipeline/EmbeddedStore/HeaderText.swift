internal import MessageLog
internal import PaperModel
internal import SQLite

/// Headers in the table: JSON that any tool reads, or NULL if there are none.
enum HeaderText {
  static func write(_ headers: [String: String]) throws -> String {
    headers.isEmpty ? "" : String(decoding: try CanonicalJSON.encode(headers), as: UTF8.self)
  }

  static func read(
    _ text: String, _ position: Int64, _ connection: borrowing CachedConnection
  ) throws -> [String: String] {
    if text.isEmpty { return [:] }
    do { return try CanonicalJSON.decode([String: String].self, from: Array(text.utf8)) } catch {
      throw MessageLogError(
        "The headers of message \(position) in \(connection.connection.path) are damaged; move the file aside and "
          + "restore a copy.", isRetriable: false)
    }
  }
}
