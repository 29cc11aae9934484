import EmbeddedStore
import Operations
import PaperModel

/// The board's lines in the data folder's own database.
struct StoreMemory: BoardStore {
  /// Changes with what a line holds, so that lines of another version are made anew.
  private static let name = "status.1"
  let store: EmbeddedStore

  func changes(after position: Int64, limit: Int) async throws -> [(position: Int64, stream: StreamID)] {
    try await store.entries(after: position, limit: limit).map { ($0.position, $0.stream) }
  }

  func load() async throws -> (position: Int64, rows: [String: [UInt8]]) {
    let kept = try await store.projected(Self.name)
    return (kept.position, kept.rows)
  }

  func save(position: Int64, rows: [String: [UInt8]]) async throws {
    _ = try await store.saveProjection(Self.name, position: position, rows: rows)
  }
}
