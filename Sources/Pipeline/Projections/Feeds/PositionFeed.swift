public import EmbeddedStore
public import PaperModel

/// The entries of a data folder, which orders the entries of all streams.
public actor PositionFeed: JournalFeed {
  private let store: EmbeddedStore
  private let isIncluded: @Sendable (StreamID) -> Bool
  public private(set) var position: Int64
  public private(set) var damaged: [StreamID: JournalError] = [:]

  /// - Parameter position: entries after it are returned.
  public init(
    _ store: EmbeddedStore, after position: Int64 = 0,
    among isIncluded: @escaping @Sendable (StreamID) -> Bool = { _ in true }
  ) {
    self.store = store
    self.position = position
    self.isIncluded = isIncluded
  }

  public func next() async throws -> [StreamEntry] {
    while true {
      let page = try await store.entries(after: position, limit: 1000)
      guard let last = page.last else { return [] }
      position = last.position
      var found: [StreamEntry] = []
      for read in page where isIncluded(read.stream) && damaged[read.stream] == nil {
        switch read.entry {
        case .success(let entry): found.append(StreamEntry(stream: read.stream, entry: entry))
        case .failure(let damage): damaged[read.stream] = damage
        }
      }
      if !found.isEmpty { return found }
    }
  }
}
