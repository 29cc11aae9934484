public import PaperModel
internal import Synchronization

/// What a process has lately appended to journals and read of them, so that it is not read again at each stage. Entries
/// are never changed, so what was seen once stays true.
///
/// Of each stream the entries from 0 on are known, up to some number, without a gap. Bounded: what was used longest ago
/// is forgotten first.
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

  /// An empty memory.
  /// - Parameter limit: the most entries of usual size that it has, some 300 bytes each; an entry with a list of runs,
  ///   or of items that follow, counts for as many more.
  public init(limit: Int = 50_000) { self.limit = max(1, limit) }

  /// The entries that are known of a stream: from 0 on, in their order; none for a stream that is not known.
  public func known(of stream: StreamID) -> [JournalEntry] {
    state.withLock { state in
      state.uses += 1
      state.streams[stream]?.lastUse = state.uses
      return state.streams[stream]?.entries ?? []
    }
  }

  /// The entries of a stream from a number on, of which only those that are not known are read.
  /// - Parameter read: reads entries from a number on, given how many are known; what it answers is known from then on.
  public func entries(
    of stream: StreamID, from number: Int64, read: (_ first: Int64, _ known: Int64) async throws -> [JournalEntry]
  ) async throws -> [JournalEntry] {
    let known = known(of: stream)
    let (first, seen) = (max(0, number), Int64(known.count))
    let rest = try await read(max(first, seen), seen)
    add(rest, of: stream)
    return first < seen ? known[Int(first)...] + rest : rest
  }

  /// Adds entries that follow on each other. Those that would leave a gap, and those that are known, are passed over.
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

  /// Down to three quarters, so that it is not done at each entry.
  private func forget(_ state: inout State) {
    for (stream, known) in state.streams.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      guard state.weight > limit * 3 / 4 else { return }
      state.streams[stream] = nil
      state.weight -= known.weight
    }
  }

  private static func weight(of entry: JournalEntry) -> Int {
    switch entry.fact {
    case .asked(_, _, let runs): 1 + runs.count
    case .stageFinished(_, _, _, let next): 1 + next.count
    default: 1
    }
  }
}
