import EmbeddedStore
import Operations
import PaperModel

/// The entries of all journals as they come; empty where there is nothing new.
protocol EntryFeed: Sendable {
  func next() async throws -> [StreamEntry]
}

extension Installation {
  /// The entries of the streams that are meant, from the first on.
  func feed(of isMeant: @escaping @Sendable (StreamID) -> Bool) -> any EntryFeed {
    switch place {
    case .embedded(let store): OutboxFeed(store: store, isMeant: isMeant)
    case .cluster: ScanFeed(scan: JournalScan(deployment, among: isMeant))
    }
  }
}

/// In a data folder the entries of all streams have one order.
private actor OutboxFeed: EntryFeed {
  private let store: EmbeddedStore
  private let isMeant: @Sendable (StreamID) -> Bool
  private var position: Int64 = 0

  init(store: EmbeddedStore, isMeant: @escaping @Sendable (StreamID) -> Bool) {
    self.store = store
    self.isMeant = isMeant
  }

  func next() async throws -> [StreamEntry] {
    while true {
      let page = try await store.entries(after: position, limit: 500)
      guard let last = page.last else { return [] }
      position = last.position
      let meant = page.filter { isMeant($0.stream) }
      if !meant.isEmpty { return meant.map { StreamEntry(stream: $0.stream, entry: $0.entry) } }
    }
  }
}

/// On a cluster the journals are looked at one by one.
private struct ScanFeed: EntryFeed {
  let scan: JournalScan

  func next() async throws -> [StreamEntry] { try await scan.look() }
}
