public import PaperModel
internal import Synchronization

/// A journal in memory, for tests and simulations. Its content is lost when the process ends.
public final class InMemoryJournal: Journal {
  private struct State {
    var streams: [StreamID: [JournalEntry]] = [:]
    var beats: [WorkerID: Int64] = [:]
  }

  private let state = Mutex(State())
  private let clock: any WallClock

  public init(clock: any WallClock = MachineClock()) { self.clock = clock }

  public func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool {
    let now = clock.nowMicroseconds
    return try state.withLock { state in
      let end = Int64(state.streams[stream]?.count ?? 0)
      if let refusal = JournalError.refusal(of: number, to: stream, end: end) { throw refusal }
      guard number == end else { return false }
      state.streams[stream, default: []].append(JournalEntry(number: number, atMicroseconds: now, fact: fact))
      return true
    }
  }

  public func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    state.withLock { Array(($0.streams[stream] ?? []).dropFirst(Int(clamping: max(0, number)))) }
  }

  public func streams(of kind: StreamID.Kind, after name: String?, limit: Int) async throws -> [StreamID] {
    state.withLock { state in
      let names = state.streams.keys.filter { $0.kind == kind && (name.map { [own = $0.name] in $0 < own } ?? true) }
      return Array(names.sorted().prefix(max(0, limit)))
    }
  }

  public func beat(_ worker: WorkerID) async throws {
    let now = clock.nowMicroseconds
    state.withLock { $0.beats[worker] = now }
  }

  public func sayGoodbye(_ worker: WorkerID) async throws {
    let now = clock.nowMicroseconds
    state.withLock { state in
      state.beats[worker] = nil
      state.beats = state.beats.filter { !Heartbeat.isForgotten(beatAt: $0.value, now: now) }
    }
  }

  public func liveness(of worker: WorkerID) async throws -> Liveness {
    let now = clock.nowMicroseconds
    return state.withLock { $0.beats[worker].map { Heartbeat.liveness(beatAt: $0, now: now) } ?? .gone }
  }

  public func living() async throws -> [WorkerID] {
    let now = clock.nowMicroseconds
    let beats = state.withLock { $0.beats }
    return beats.filter { Heartbeat.liveness(beatAt: $0.value, now: now) == .alive }.keys.sorted { $0.name < $1.name }
  }
}
