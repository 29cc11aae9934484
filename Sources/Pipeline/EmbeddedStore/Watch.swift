internal import CLinux
internal import Glibc
internal import MessageLog
internal import Synchronization

/// The one thread of a store that waits: for the bells of other processes, and for the ends of those that hold
/// deliveries. It also says every few seconds that this process runs.
///
/// The kernel tells nobody that a lock is free, so while others hold deliveries and someone here waits, their locks are
/// looked at each `probeEvery`. Times are the machine's own here: they measure processes, not messages.
final class Watch: Sendable {
  private struct State {
    var foreign: Set<String> = []
    var gone: Set<String> = []
    var isStopped = false
    var hasEnded = false
    var waitingForEnd: [CheckedContinuation<Void, Never>] = []
  }

  private let bellFile: BellFile
  private let bell: Doorbell
  private let workers: WorkerFiles
  private let pace: EmbeddedStore.Pace
  private let state = Mutex(State())

  init(bellFile: consuming BellFile, bell: Doorbell, workers: WorkerFiles, pace: EmbeddedStore.Pace) {
    self.bellFile = bellFile
    self.bell = bell
    self.workers = workers
    self.pace = pace
  }

  func start() { OwnThread.start("store-watch") { [self] in serve() } }

  /// Wakes who waits here and in other processes; called after the commit.
  func ring() {
    bellFile.ring()
    bell.ring()
  }

  /// The pulse begins with the first worker.
  func workersChanged() { bellFile.wakeWaiter() }

  /// The owners, other than this store's workers, that hold deliveries now.
  func observe(_ owners: Set<String>) {
    let isNew = state.withLock { state in
      defer { state.foreign = owners }
      return !owners.isSubset(of: state.foreign)
    }
    if isNew { bellFile.wakeWaiter() }
  }

  /// The owners that were found gone since the last call; their deliveries are anyone's.
  func takeGone() -> Set<String> {
    state.withLock { state in
      defer { state.gone = [] }
      return state.gone
    }
  }

  /// Ends the thread, and waits for its end.
  func stop() async {
    await withCheckedContinuation { caller in
      let isOver = state.withLock { state in
        state.isStopped = true
        if !state.hasEnded { state.waitingForEnd.append(caller) }
        return state.hasEnded
      }
      if isOver { caller.resume() } else { bellFile.wakeWaiter() }
    }
  }

  private func serve() {
    var lastPulse: Int64 = 0
    while !state.withLock({ $0.isStopped }) {
      let isAnyoneElse = !state.withLock { $0.foreign.isEmpty }
      let wait: Int32 =
        workers.isEmpty ? -1 : Int32((isAnyoneElse ? pace.probeEvery : pace.pulseEvery) / .milliseconds(1))
      let hasRung = bellFile.wait(milliseconds: wait)
      let now = MonotonicTime.nanoseconds
      let isPulseDue = now - lastPulse >= Int64(pace.pulseEvery / .nanoseconds(1))
      if isPulseDue {
        workers.pulse()
        lastPulse = now
      }
      // With each pulse also a look at everything, as a net below bells that did not ring.
      if probe() || hasRung || isPulseDue { bell.ring() }
    }
    let waiting = state.withLock { state in
      state.hasEnded = true
      return state.waitingForEnd
    }
    for caller in waiting { caller.resume() }
  }

  /// Looks whether owners have gone; true where one has.
  private func probe() -> Bool {
    let foreign = state.withLock { $0.foreign }
    // An owner whose file can't be read keeps what it holds; the next look may tell.
    let gone = foreign.filter { (try? workers.isGone($0)) == true }
    guard !gone.isEmpty else { return false }
    state.withLock { state in
      state.foreign.subtract(gone)
      state.gone.formUnion(gone)
    }
    return true
  }
}
