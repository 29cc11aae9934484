internal import EmbeddedStore
internal import PaperModel
internal import PipelineRules

/// How far the journals were read, in this process and in earlier ones. What is at its end is kept in the store's rows
/// alone and loaded when something is told of it, so that a look costs what is open, not the history.
final class FeedMemory {
  /// How far a journal was read.
  struct Place: Sendable, Hashable {
    /// How many of its entries were read.
    var length: Int64 = 0
    /// The last entry's time: microseconds since 1970.
    var atMicroseconds: Int64 = 0
    /// Whether the last entry was taken from its event, whose time is another.
    var isTold = false
    var isEnded = false
  }

  private struct Kept: Codable {
    var mark: [UInt8]?
    /// The last stream at its end that was read again.
    var probed: String?
  }

  private static let feedKey = "at"
  private let store: (any BoardStore)?
  private var places: [StreamID: Place] = [:]
  /// The streams that are not at their ends, by campaign.
  private var opened: [String: Set<StreamID>] = [:]
  /// Loaded and not compared with the journal yet.
  private var unconfirmed: Set<StreamID> = []
  private var fresh: [StreamID] = []
  private var changed: Set<StreamID> = []
  private var kept = Kept()
  private var isKeptChanged = false

  init(_ store: (any BoardStore)?) { self.store = store }

  subscript(_ stream: StreamID) -> Place? { places[stream] }

  /// The mark of the history up to which everything that was told is known.
  var mark: [UInt8]? {
    get { kept.mark }
    set {
      kept.mark = newValue
      isKeptChanged = true
    }
  }

  /// Whether the place was read by an earlier process and not compared with the journal yet.
  func isKept(_ stream: StreamID) -> Bool { unconfirmed.contains(stream) }
  func confirm(_ stream: StreamID) { unconfirmed.remove(stream) }

  func openStreams(of root: StreamID?) -> [StreamID] {
    let all = root.map { opened[$0.campaignName] ?? [] } ?? opened.values.reduce(into: []) { $0.formUnion($1) }
    return all.filter { root?.includes($0) ?? true }.sorted()
  }

  /// The streams that entries open.
  static func opens(_ entries: [JournalEntry], _ stream: StreamID) -> [StreamID] {
    entries.flatMap { entry -> [StreamID] in
      switch entry.fact {
      case .stageFinished(_, _, _, let next) where stream.kind == .campaign: next.map(\.stream)
      case .asked(_, _, let runs, _): runs.map(\.run)
      default: []
      }
    }
  }

  // MARK: - What journals say

  /// Notes a stream that is known by name alone.
  func open(_ stream: StreamID) {
    guard places[stream] == nil else { return }
    set(stream, Place())
    fresh.append(stream)
  }

  /// The streams that were opened since the last call.
  func takeFresh() -> [StreamID] {
    defer { fresh = [] }
    return fresh
  }

  /// Takes the entry that follows. The streams that it opens must be loaded where they are kept.
  func apply(_ entry: JournalEntry, of stream: StreamID, isTold: Bool) {
    var place = places[stream] ?? Place()
    place.length = entry.number + 1
    place.atMicroseconds = entry.atMicroseconds
    place.isTold = isTold
    switch entry.fact {
    case .stageFinished(let stage, _, _, _):
      if stream.kind != .paper || StageGraph.next(after: stage) == nil { place.isEnded = true }
    case .deadLettered, .cancelled: place.isEnded = true
    case .replayed: place.isEnded = false
    default: break
    }
    set(stream, place)
    for child in Self.opens([entry], stream) { open(child) }
  }

  private func set(_ stream: StreamID, _ place: Place) {
    places[stream] = place
    changed.insert(stream)
    if place.isEnded {
      opened[stream.campaignName]?.remove(stream)
    } else {
      opened[stream.campaignName, default: []].insert(stream)
    }
  }

  // MARK: - What is kept

  /// Loads what is not at its end.
  nonisolated(nonsending) func load(of root: StreamID?) async throws {
    guard let store else { return }
    if let bytes = try await store.rows([Self.feedKey])[Self.feedKey] {
      kept = try CanonicalJSON.decode(Kept.self, from: bytes)
    }
    unconfirmed = Set(try await load(.open, of: root))
  }

  /// Loads the places of streams that are kept, where they are not loaded.
  nonisolated(nonsending) func know(_ streams: [StreamID]) async throws {
    guard let store else { return }
    let missing = streams.filter { places[$0] == nil }
    let found = try await store.rows(missing.flatMap { stream in Prefix.allCases.map { $0.key(stream) } })
    for stream in missing {
      for prefix in Prefix.allCases { if let bytes = found[prefix.key(stream)] { take(bytes, of: stream, prefix) } }
    }
  }

  /// All streams at their ends.
  nonisolated(nonsending) func allEnded(of root: StreamID?) async throws -> Set<StreamID> {
    inProcess(root).union(try await load(.end, of: root))
  }

  /// Some streams at their ends, others with each call.
  nonisolated(nonsending) func someEnded(of root: StreamID?, most: Int) async throws -> Set<StreamID> {
    let last = kept.probed
    let some: [StreamID]
    if store == nil || root != nil {
      some = Array(
        inProcess(root).sorted().drop { stream in last.map { stream.description <= $0 } ?? false }.prefix(most))
    } else {
      some = try await load(.end, after: last ?? "", before: "~", most: most)
    }
    kept.probed = some.count < most ? nil : some.last?.description
    isKeptChanged = isKeptChanged || root == nil
    return Set(some)
  }

  private func inProcess(_ root: StreamID?) -> Set<StreamID> {
    Set(places.filter { $0.value.isEnded && (root?.includes($0.key) ?? true) }.keys)
  }

  private nonisolated(nonsending) func load(_ prefix: Prefix, of root: StreamID?) async throws -> [StreamID] {
    guard let root else { return try await load(prefix, after: "", before: "~", most: .max) }
    let own = places[root] == nil
    try await know([root])
    var streams = own && places[root]?.isEnded == (prefix == .end) ? [root] : []
    for kind in [StreamID.Kind.paper, .run] where root.kind != .run {
      let start = "\(kind.rawValue)/\(root.name)"
      // `/` is the character after the dot.
      streams += try await load(prefix, after: "\(start).", before: "\(start)/", most: .max)
    }
    return streams
  }

  /// Loads rows by the names of their streams.
  private nonisolated(nonsending) func load(
    _ prefix: Prefix, after start: String, before end: String, most: Int
  ) async throws -> [StreamID] {
    guard let store else { return [] }
    var streams: [StreamID] = []
    var last = prefix.rawValue + start
    while streams.count < most {
      let limit = min(1000, most - streams.count)
      let page = try await store.rows(after: last, before: prefix.rawValue + end, limit: limit)
      guard let final = page.last else { break }
      for row in page {
        guard let stream = StreamID(String(row.key.dropFirst(prefix.rawValue.count))) else { continue }
        if places[stream] == nil { take(row.bytes, of: stream, prefix) }
        if places[stream]?.isEnded == (prefix == .end) { streams.append(stream) }
      }
      last = final.key
    }
    return streams
  }

  private func take(_ bytes: [UInt8], of stream: StreamID, _ prefix: Prefix) {
    let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { Int64($0) }
    guard numbers.count == 3 else { return }
    places[stream] = Place(
      length: numbers[0], atMicroseconds: numbers[1], isTold: numbers[2] == 1, isEnded: prefix == .end)
    if prefix == .open { opened[stream.campaignName, default: []].insert(stream) }
  }

  /// The rows that were changed since the last save.
  func changes() throws -> [String: [UInt8]?] {
    var rows: [String: [UInt8]?] = [:]
    for stream in changed {
      let place = places[stream] ?? Place()
      let bytes = Array("\(place.length) \(place.atMicroseconds) \(place.isTold ? 1 : 0)".utf8)
      rows[Prefix.end.key(stream)] = .some(place.isEnded ? bytes : nil)
      rows[Prefix.open.key(stream)] = .some(place.isEnded ? nil : bytes)
    }
    if isKeptChanged { rows[Self.feedKey] = .some(try CanonicalJSON.encode(kept)) }
    return rows
  }

  /// Called when they were saved: what is at its end is in the store from then on.
  func saved() {
    changed = []
    isKeptChanged = false
    places = places.filter { !$0.value.isEnded }
  }

  /// What the keys of rows begin with.
  private enum Prefix: String, CaseIterable {
    case open = "at/open/"
    case end = "at/end/"

    func key(_ stream: StreamID) -> String { "\(rawValue)\(stream)" }
  }
}
