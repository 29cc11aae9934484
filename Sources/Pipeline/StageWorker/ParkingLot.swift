import Journal
import MessageLog
import PaperModel
import PipelineRules
import Synchronization

/// A delivery that can't be worked on yet.
struct Parked: Sendable {
  enum Reason: Sendable {
    /// A live worker has the stream; the state is from the last read of its journal.
    case claimed(by: WorkerID, StreamState)
    case paused
  }

  let item: WorkItem
  var reason: Reason

  var isPaused: Bool { if case .paused = reason { true } else { false } }

  var owner: WorkerID? { if case .claimed(let owner, _) = reason { owner } else { nil } }
}

/// Keeps deliveries without a slot while live workers have their streams, or while their campaigns are paused.
///
/// One task watches all of them at a fixed interval. Each round reads the liveness of each owner once; every few rounds
/// read the control flags, if a paused delivery is kept, and what is new in the journals of claimed streams. So waiting
/// for a run of an hour costs little, and the run is taken over as soon as its owner is known to be gone.
final class ParkingLot: Sendable {
  /// Why a delivery leaves the lot.
  enum Leave: Sendable {
    /// Something has changed: decide again.
    case again
    /// The lot is full.
    case full
    /// The worker stops: give the delivery back.
    case stop
  }

  private struct State {
    var places: [Int: (parked: Parked, task: CheckedContinuation<Leave, Never>)] = [:]
    var nextPlace = 0
    var isClosed = false
    var watch: Task<Void, Never>?
    var pauses: [Int: Task<Bool, Never>] = [:]

    func isFull(for parked: Parked, _ limits: WorkerConfiguration.Parking) -> Bool {
      let alike = places.values.count { $0.parked.isPaused == parked.isPaused }
      return alike >= (parked.isPaused ? limits.mostPaused : limits.most)
    }
  }

  private let stores: Stores
  private let configuration: WorkerConfiguration
  private let sleeper: any Clock<Duration>
  private let state = Mutex(State())

  init(_ stores: Stores, _ configuration: WorkerConfiguration, _ sleeper: any Clock<Duration>) {
    self.stores = stores
    self.configuration = configuration
    self.sleeper = sleeper
  }

  /// Keeps a delivery until there is a reason to decide again.
  func stay(_ parked: Parked) async -> Leave {
    await withCheckedContinuation { task in
      let refusal: Leave? = state.withLock { state in
        if state.isClosed { return .stop }
        if state.isFull(for: parked, configuration.parking) { return .full }
        state.places[state.nextPlace] = (parked, task)
        state.nextPlace += 1
        if state.watch == nil { state.watch = Task { await watch() } }
        return nil
      }
      if let refusal { task.resume(returning: refusal) }
    }
  }

  /// Whether the worker stops.
  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Lets a time pass.
  /// - Returns: false, and at once, when the worker stops.
  func pass(_ time: Duration) async -> Bool {
    let pause = Task { [sleeper] in
      do { try await sleeper.sleep(for: time) } catch { return false }
      return true
    }
    let number = state.withLock { state in
      state.nextPlace += 1
      if state.isClosed { pause.cancel() } else { state.pauses[state.nextPlace] = pause }
      return state.nextPlace
    }
    let isOver = await pause.value
    state.withLock { $0.pauses[number] = nil }
    return isOver
  }

  /// Releases everything for good: the worker stops.
  func close() {
    let (places, watch, pauses) = state.withLock { state in
      state.isClosed = true
      defer { state.places = [:] }
      return (state.places, state.watch, state.pauses)
    }
    watch?.cancel()
    for pause in pauses.values { pause.cancel() }
    for place in places.values { place.task.resume(returning: .stop) }
  }

  private func watch() async {
    let pace = configuration.parking
    var round = 0
    while true {
      do { try await sleeper.sleep(for: pace.every) } catch { return }
      round += 1
      let places = state.withLock { $0.places.mapValues(\.parked) }.sorted { $0.key < $1.key }
      await lookAtOwners(places, readingJournals: round % pace.roundsPerJournal == 0)
      if round % pace.roundsPerControl == 0 { await lookAtPauses(places) }
      let isOver = state.withLock { state in
        if state.places.isEmpty { state.watch = nil }
        return state.watch == nil
      }
      if isOver { return }
    }
  }

  private func lookAtOwners(_ places: [(key: Int, value: Parked)], readingJournals: Bool) async {
    var alive: [WorkerID: Bool] = [:]
    for owner in Set(places.compactMap(\.value.owner)) {
      // An error releases the delivery: deciding again meets the same error, and reports it.
      alive[owner] = (try? await stores.journal.liveness(of: owner)) == .alive
    }
    for (place, parked) in places {
      guard case .claimed(let owner, let state) = parked.reason else { continue }
      if alive[owner] != true {
        release(place)
      } else if readingJournals {
        await read(place, parked.item, state)
      }
    }
  }

  private func lookAtPauses(_ places: [(key: Int, value: Parked)]) async {
    let paused = places.filter(\.value.isPaused)
    // While the log does not answer, paused deliveries stay paused; the worker's other calls report the error.
    guard !paused.isEmpty, let control = try? await stores.log.control() else { return }
    for (place, parked) in paused
    where control[ControlFlag.pause(campaign: parked.item.opening.campaign)] == nil {
      release(place)
    }
  }

  /// A stream that has moved on may have ended, or have another owner.
  private func read(_ place: Int, _ item: WorkItem, _ before: StreamState) async {
    guard let news = try? await stores.journal.entries(of: item.stream, from: before.length) else {
      return release(place)
    }
    guard !news.isEmpty else { return }
    var after = before
    do { for entry in news { try after.apply(entry) } } catch { return release(place) }
    let decision = Intake.decide(
      item, after, by: configuration.worker, at: stores.clock.nowMicroseconds, policy: configuration.policy)
    guard case .claimedByOther(let owner) = decision else { return release(place) }
    state.withLock { [after] state in state.places[place]?.parked.reason = .claimed(by: owner, after) }
  }

  private func release(_ place: Int) {
    state.withLock { $0.places.removeValue(forKey: place) }?.task.resume(returning: .again)
  }
}
