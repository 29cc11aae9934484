public import PaperModel
internal import Synchronization

/// A cache of the entries that this process has lately appended or read, so that each stage need not read them again.
/// Entries never change, so a cached entry stays valid.
///
/// The cache holds each stream's entries from 0 up to some number without a gap. It is bounded and evicts the least
/// recently used streams.
public final class RecentEntries: Sendable {
  private struct Known {
    var entries: [JournalEntry]
    var weight: Int
    var lastUse: UInt64
  }

  private struct State {
    var streams: [StreamID: Known] = [:]
    var weight = 0
    var uses: UInt64 = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  /// An empty cache.
  /// - Parameter limit: the number of entries of usual size (about 300 bytes); an entry that lists runs or following
  ///   items counts as that many more.
  public init(limit: Int = 50_000) { self.limit = max(1, limit) }

  /// The cached entries of a stream, from 0 on, in order; empty for a stream that is not cached.
  public func known(of stream: StreamID) -> [JournalEntry] {
    state.withLock { state in
      state.uses += 1
      state.streams[stream]?.lastUse = state.uses
      return state.streams[stream]?.entries ?? []
    }
  }

  /// The entries of a stream from a number on; reads and caches only those that are missing.
  /// - Parameter read: reads entries from a number on, given how many are cached.
  public func entries(
    of stream: StreamID, from number: Int64, read: (_ first: Int64, _ known: Int64) async throws -> [JournalEntry]
  ) async throws -> [JournalEntry] {
    let known = known(of: stream)
    let (first, seen) = (max(0, number), Int64(known.count))
    let rest = try await read(max(first, seen), seen)
    add(rest, of: stream)
    return first < seen ? known[Int(first)...] + rest : rest
  }

  /// Caches consecutive entries. Entries that are cached already, or would leave a gap, are ignored.
  public func add(_ entries: some Collection<JournalEntry>, of stream: StreamID) {
    state.withLock { state in
      var known = state.streams.removeValue(forKey: stream) ?? Known(entries: [], weight: 0, lastUse: 0)
      let before = known.weight
      for entry in entries where entry.number == Int64(known.entries.count) {
        known.entries.append(entry)
        known.weight += Self.weight(of: entry)
      }
      guard !known.entries.isEmpty else { return }
      state.uses += 1
      known.lastUse = state.uses
      state.streams[stream] = known
      state.weight += known.weight - before
      if state.weight > limit { forget(&state) }
    }
  }

  /// Evicts down to three quarters of the limit, so that not every append evicts.
  private func forget(_ state: inout State) {
    for (stream, known) in state.streams.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      guard state.weight > limit * 3 / 4 else { return }
      state.streams[stream] = nil
      state.weight -= known.weight
    }
  }

  private static func weight(of entry: JournalEntry) -> Int {
    switch entry.fact {
    case .asked(_, _, let runs, _): 1 + runs.count
    case .stageFinished(_, _, _, let next): 1 + next.count
    default: 1
    }
  }
}
