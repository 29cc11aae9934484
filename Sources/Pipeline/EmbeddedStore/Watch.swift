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
    /// Open until the thread has ended.
    var bellFile: BellFile?
    var foreign: Set<String> = []
    var gone: Set<String> = []
    var isStopped = false
    var hasEnded = false
    var waitingForEnd: [CheckedContinuation<Void, Never>] = []
  }

  private let bell: Doorbell
  private let workers: WorkerFiles
  private let pace: EmbeddedStore.Pace
  private let state: Mutex<State>

  /// - Parameter bellFile: nil for a store that only looks; then the thread ends at once.
  init(bellFile: BellFile?, bell: Doorbell, workers: WorkerFiles, pace: EmbeddedStore.Pace) {
    state = Mutex(State(bellFile: bellFile))
    self.bell = bell
    self.workers = workers
    self.pace = pace
  }

  func start() { OwnThread.start("store-watch") { [self] in serve() } }

  /// Wakes who waits here and in other processes; called after the commit.
  func ring() {
    state.withLock { $0.bellFile?.ring() }
    bell.ring()
  }

  /// The pulse begins with the first worker.
  func workersChanged() { state.withLock { $0.bellFile?.wakeWaiter() } }

  /// The owners, other than this store's workers, that hold deliveries now.
  func observe(_ owners: Set<String>) {
    let isNew = state.withLock { state in
      defer { state.foreign = owners }
      return !owners.isSubset(of: state.foreign)
    }
    if isNew { workersChanged() }
  }

  /// The owners that were found gone since the last call; their deliveries are anyone's.
  func takeGone() -> Set<String> {
    state.withLock { state in
      defer { state.gone = [] }
      return state.gone
    }
  }

  /// Ends the thread, soon.
  func stopSoon() {
    state.withLock { state in
      state.isStopped = true
      state.bellFile?.wakeWaiter()
    }
  }

  /// Ends the thread, and waits for its end.
  func stop() async {
    await withCheckedContinuation { caller in
      let isOver = state.withLock { state in
        state.isStopped = true
        state.bellFile?.wakeWaiter()
        if !state.hasEnded { state.waitingForEnd.append(caller) }
        return state.hasEnded
      }
      if isOver { caller.resume() }
    }
  }

  private func serve() {
    if let bellFile = state.withLock({ $0.bellFile }) { work(bellFile) }
    let waiting = state.withLock { state in
      state.hasEnded = true
      state.bellFile = nil
      return state.waitingForEnd
    }
    for caller in waiting { caller.resume() }
  }

  private func work(_ bellFile: BellFile) {
    var lastPulse: Int64 = 0
    while true {
      let (isStopped, isAnyoneElse) = state.withLock { ($0.isStopped, !$0.foreign.isEmpty) }
      if isStopped { return }
      let pause = isAnyoneElse ? pace.probeEvery : pace.pulseEvery
      let hasRung = bellFile.wait(milliseconds: workers.isEmpty ? -1 : Int32(pause / .milliseconds(1)))
      let now = MonotonicTime.nanoseconds
      let isPulseDue = now - lastPulse >= Int64(pace.pulseEvery / .nanoseconds(1))
      if isPulseDue {
        workers.pulse()
        lastPulse = now
      }
      // With each pulse also a look at everything, as a net below bells that did not ring.
      if probe() || hasRung || isPulseDue { bell.ring() }
    }
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
