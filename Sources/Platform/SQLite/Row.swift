internal import CSQLite

/// One row of a result, readable only while it is lent. Columns count from zero.
public struct Row: ~Copyable {
  let handle: OpaquePointer

  /// How many columns the row has.
  public var columnCount: Int { Int(sqlite3_column_count(handle)) }

  /// The column as a whole number; NULL is zero.
  public func int64(_ column: Int) -> Int64 { sqlite3_column_int64(handle, checked(column)) }

  /// The column as text; NULL is the empty text, and damaged UTF-8 is repaired.
  public func string(_ column: Int) -> String {
    // The pointer first, then the length: the other order may measure the text in another encoding.
    guard let start = sqlite3_column_text(handle, checked(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// The column as bytes; NULL is no bytes.
  public func bytes(_ column: Int) -> [UInt8] {
    let start = sqlite3_column_blob(handle, checked(column))
    return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column)))))
  }

  private func checked(_ column: Int) -> Int32 {
    precondition(column >= 0 && column < columnCount, "column \(column) of a row of \(columnCount)")
    return Int32(column)
  }
}
