public import EmbeddedStore

/// Stores the rows of a board between commands, with the position up to which they include the entries.
public protocol BoardStore: Sendable {
  /// The position of the last save; 0 if there is none.
  func position() async throws -> Int64
  /// The rows with these keys; missing ones are left out.
  func rows(_ keys: [String]) async throws -> [String: [UInt8]]
  /// At most `limit` rows with keys after `start` and before `end`, by key.
  func rows(after start: String, before end: String, limit: Int) async throws -> [SavedRow]
  /// Saves rows, unless another process has saved this position or a later one; nil deletes one.
  /// - Returns: false if nothing was saved.
  func save(position: Int64, rows: [String: [UInt8]?]) async throws -> Bool
  /// Deletes all rows and the position.
  func clear() async throws
}

/// The board in the data folder's own database.
public struct EmbeddedBoardStore: BoardStore {
  /// Changes with the content of a row, so that rows of another version are made anew.
  private static let name = "board.3"
  private let store: EmbeddedStore

  public init(_ store: EmbeddedStore) { self.store = store }

  public func position() async throws -> Int64 { try await store.projectedPosition(Self.name) }
  public func rows(_ keys: [String]) async throws -> [String: [UInt8]] {
    try await store.projectedRows(Self.name, keys: keys)
  }
  public func rows(after start: String, before end: String, limit: Int) async throws -> [SavedRow] {
    try await store.projectedRows(Self.name, after: start, before: end, limit: limit)
  }
  public func save(position: Int64, rows: [String: [UInt8]?]) async throws -> Bool {
    try await store.saveProjection(Self.name, position: position, rows: rows)
  }
  public func clear() async throws { try await store.clearProjection(Self.name) }
}
