import Journal
import PaperModel
import PipelineRules
import Synchronization

/// A delivery whose stream another worker has that lives.
struct Parked: Sendable {
  let item: WorkItem
  /// What the stream's journal came to when it was last read.
  var state: StreamState
  /// Who has the stream.
  var owner: WorkerID
}

/// Where deliveries are kept, without a slot, while other workers have their streams.
///
/// One task looks after all of them, at a steady pace: at the liveness of each owner once, and every few rounds at the
/// journal of each stream. So a run of an hour is waited for at the price of a look, and taken over as soon as its
/// owner is known to be gone.
final class ParkingLot: Sendable {
  /// Why a delivery leaves.
  enum Leave: Sendable {
    /// Something has changed: decide again.
    case again
    /// The lot is full: put the item off.
    case full
    /// The worker stops: give the delivery back.
    case stop
  }

  private struct State {
    var places: [Int: (parked: Parked, task: CheckedContinuation<Leave, Never>)] = [:]
    var nextPlace = 0
    var isClosed = false
    var watch: Task<Void, Never>?
  }

  private let journal: any Journal
  private let configuration: WorkerConfiguration
  private let clock: any WallClock
  private let sleeper: any Clock<Duration>
  private let state = Mutex(State())

  init(
    journal: any Journal, configuration: WorkerConfiguration, clock: any WallClock, sleeper: any Clock<Duration>
  ) {
    self.journal = journal
    self.clock = clock
    self.configuration = configuration
    self.sleeper = sleeper
  }

  /// Keeps a delivery until there is a reason to decide again.
  func stay(_ parked: Parked) async -> Leave {
    await withCheckedContinuation { task in
      let refusal: Leave? = state.withLock { state in
        if state.isClosed { return .stop }
        if state.places.count >= configuration.parking.most { return .full }
        state.places[state.nextPlace] = (parked, task)
        state.nextPlace += 1
        if state.watch == nil { state.watch = Task { await watch() } }
        return nil
      }
      if let refusal { task.resume(returning: refusal) }
    }
  }

  /// Lets everything go for good: the worker stops.
  func close() {
    let (places, watch) = state.withLock { state in
      state.isClosed = true
      defer { state.places = [:] }
      return (state.places, state.watch)
    }
    watch?.cancel()
    for place in places.values { place.task.resume(returning: .stop) }
  }

  private func watch() async {
    var round = 0
    while true {
      do { try await sleeper.sleep(for: configuration.parking.every) } catch { return }
      round += 1
      await look(atJournals: round % configuration.parking.roundsPerJournal == 0)
      let isOver = state.withLock { state in
        if state.places.isEmpty { state.watch = nil }
        return state.watch == nil
      }
      if isOver { return }
    }
  }

  private func look(atJournals: Bool) async {
    let places = state.withLock { $0.places.mapValues(\.parked) }
    var alive: [WorkerID: Bool] = [:]
    for owner in Set(places.values.map(\.owner)) {
      // Where nobody can tell, the item is decided again, and its trouble is told where all trouble is.
      alive[owner] = (try? await journal.liveness(of: owner)) == .alive
    }
    for (place, parked) in places.sorted(by: { $0.key < $1.key }) {
      if alive[parked.owner] != true {
        release(place)
      } else if atJournals {
        await read(place, parked)
      }
    }
  }

  /// A stream that has moved on may have come to an end, or into other hands.
  private func read(_ place: Int, _ parked: Parked) async {
    guard let news = try? await journal.entries(of: parked.item.stream, from: parked.state.length) else {
      return release(place)
    }
    guard !news.isEmpty else { return }
    var after = parked
    for entry in news { after.state.apply(entry) }
    let decision = Intake.decide(
      parked.item, after.state, by: configuration.worker, at: clock.nowMicroseconds, policy: configuration.policy)
    guard case .claimedByOther(let owner) = decision else { return release(place) }
    after.owner = owner
    state.withLock { [after] state in state.places[place]?.parked = after }
  }

  private func release(_ place: Int) {
    state.withLock { $0.places.removeValue(forKey: place) }?.task.resume(returning: .again)
  }
}
