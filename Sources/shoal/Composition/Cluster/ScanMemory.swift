import Operations
import PaperModel

/// The board's lines for as long as a process watches: only journals that grew since the last look are read again.
actor ScanMemory: BoardStore {
  private let scan: JournalScan
  private var position: Int64 = 0
  private var rows: [String: [UInt8]] = [:]
  /// Streams that grew and whose lines are not saved yet: a look that failed is made good by the next.
  private var pending: Set<StreamID> = []

  init(_ deployment: Deployment) { scan = JournalScan(deployment) { $0.kind != .run } }

  func changes(after start: Int64, limit: Int) async throws -> [(position: Int64, stream: StreamID)] {
    guard start == position else { return [] }
    pending.formUnion(try await scan.look().map(\.stream))
    return pending.map { (start + 1, $0) }
  }

  func load() async throws -> (position: Int64, rows: [String: [UInt8]]) { (position, rows) }

  func save(position: Int64, rows changed: [String: [UInt8]]) async throws {
    self.position = position
    rows.merge(changed) { _, new in new }
    pending = []
  }
}
