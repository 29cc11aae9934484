internal import CLinux
internal import Glibc
internal import MessageLog
internal import Synchronization
internal import Threads

/// The one waiting thread of a store: it waits for other processes' bells and checks whether the owners of deliveries
/// still live. Every few seconds it records that this process runs.
///
/// The kernel does not announce that a lock is free, so while others hold deliveries and a task here waits, their
/// locks are checked every `probeEvery`. Times are those of the machine's monotonic clock, because they measure
/// processes, not messages.
final class Watch: Sendable {
  private struct State {
    /// Finished when the thread has ended.
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

  /// - Parameter bellFile: nil for a read-only store; then the thread ends at once.
  init(bellFile: BellFile?, bell: Doorbell, workers: WorkerFiles, pace: EmbeddedStore.Pace) {
    state = Mutex(State(bellFile: bellFile))
    self.bell = bell
    self.workers = workers
    self.pace = pace
  }

  func start() { OwnThread.require("store-watch") { [self] in serve() } }

  /// Wakes the waiters in this and other processes; called after the commit.
  func ring() {
    state.withLock { $0.bellFile?.ring() }
    bell.ring()
  }

  /// Starts the pulse with the first worker.
  func workersChanged() { state.withLock { $0.bellFile?.wakeWaiter() } }

  /// Sets the owners, other than this store's workers, that hold deliveries now.
  func observe(_ owners: Set<String>) {
    let isNew = state.withLock { state in
      defer { state.foreign = owners }
      return !owners.isSubset(of: state.foreign)
    }
    if isNew { workersChanged() }
  }

  /// The owners found dead since the last call; their deliveries are free.
  func takeGone() -> Set<String> {
    state.withLock { state in
      defer { state.gone = [] }
      return state.gone
    }
  }

  /// Asks the thread to end.
  func stopSoon() {
    state.withLock { state in
      state.isStopped = true
      state.bellFile?.wakeWaiter()
    }
  }

  /// Ends the thread and waits for it.
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
      // Each pulse also checks the table, in case a bell was lost.
      if probe() || hasRung || isPulseDue { bell.ring() }
    }
  }

  /// Checks whether owners have died; true if one has.
  private func probe() -> Bool {
    let foreign = state.withLock { $0.foreign }
    // An owner whose file can't be read keeps its deliveries until a later check.
    let gone = foreign.filter { (try? workers.isGone($0)) == true }
    guard !gone.isEmpty else { return false }
    state.withLock { state in
      state.foreign.subtract(gone)
      state.gone.formUnion(gone)
    }
    return true
  }
}
