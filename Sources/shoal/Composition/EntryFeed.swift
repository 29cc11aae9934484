import EmbeddedStore
import Operations
import PaperModel

/// The entries of all journals as they come; empty where there is nothing new.
protocol EntryFeed: Sendable {
  func next() async throws -> [StreamEntry]
}

extension Installation {
  /// The entries of the streams that are meant, from the first on.
  /// - Parameter source: where a cluster tells entries as they are appended; nil to read its journals each time.
  func feed(
    of isMeant: @escaping @Sendable (StreamID) -> Bool, toldBy source: (any EventSource)?
  ) -> any EntryFeed {
    switch place {
    case .embedded(let store): OutboxFeed(store: store, isMeant: isMeant)
    case .cluster: ScanFeed(scan: JournalScan(deployment, among: isMeant, toldBy: source))
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

/// On a cluster the journals are read one by one, and then only those that something was told of.
private struct ScanFeed: EntryFeed {
  let scan: JournalScan

  func next() async throws -> [StreamEntry] { try await scan.look() }
}
