internal import CLinux
internal import Glibc
internal import Journal
internal import PaperModel
internal import Synchronization

/// The files of this store's own workers, and the state of other workers' files.
final class WorkerFiles: Sendable {
  private final class Held: Sendable {
    let file: WorkerFile
    init(_ file: consuming WorkerFile) { self.file = file }
  }

  let folder: String
  private let staleAfterNanoseconds: Int64
  private let held = Mutex<[WorkerID: Held]>([:])

  init(folder: String, staleAfter: Duration) {
    self.folder = folder
    staleAfterNanoseconds = Int64(staleAfter / .nanoseconds(1))
  }

  var isEmpty: Bool { held.withLock { $0.isEmpty } }

  /// Whether a worker of this store has this name.
  func owns(_ owner: String) -> Bool { held.withLock { $0[WorkerID(owner)] != nil } }

  /// Locks the worker's file, unless this store holds it already. Blocks for as long as a file call takes.
  func enlist(_ worker: WorkerID) throws {
    try held.withLock { held in
      guard held[worker] == nil else { return }
      let file = try WorkerFile(folder: folder, worker: worker)
      file.writePulse(MonotonicTime.nanoseconds)
      held[worker] = Held(file)
    }
  }

  func beat(_ worker: WorkerID, at time: Int64) throws {
    try enlist(worker)
    held.withLock { $0[worker]?.file.writeBeat(time) }
  }

  func dismiss(_ worker: WorkerID) { held.withLock { $0.removeValue(forKey: worker)?.file.remove() } }

  func dismissAll() {
    held.withLock { held in
      for worker in held.values { worker.file.remove() }
      held = [:]
    }
  }

  /// Records for all workers of this store that their process runs.
  func pulse() {
    let now = MonotonicTime.nanoseconds
    held.withLock { held in for worker in held.values { worker.file.writePulse(now) } }
  }

  /// A worker's liveness: gone if its file is not locked, else judged by its heartbeat.
  func liveness(of worker: WorkerID, now: Int64) throws -> Liveness {
    guard let times = try WorkerFile.look(at: worker, in: folder) else { return .gone }
    return Heartbeat.liveness(beatAt: times.beat, now: now)
  }

  /// Whether an owner's deliveries may be reassigned: its process is gone, or has not run for long.
  func isGone(_ owner: String) throws -> Bool {
    guard let times = try WorkerFile.look(at: WorkerID(owner), in: folder) else { return true }
    return MonotonicTime.nanoseconds - times.pulse > staleAfterNanoseconds
  }

  /// The living workers of all processes, sorted by name.
  func living(now: Int64) throws -> [WorkerID] {
    try names().compactMap { WorkerID(fileName: $0.dropLast(WorkerFile.suffix.count)) }
      .filter { try liveness(of: $0, now: now) == .alive }
      .sorted { $0.name < $1.name }
  }

  /// Removes the files that killed processes left behind.
  func tidy() { for name in names() { WorkerFile.removeAbandoned("\(folder)/\(name)") } }

  /// The names of all workers' files.
  private func names() -> [String] {
    guard let listing = opendir(folder) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let found = readdir(listing) {
      let name = withUnsafePointer(to: &found.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(WorkerFile.suffix) { names.append(name) }
    }
    return names
  }
}

/// The machine's monotonic clock, which all its processes share. Measures processes, never messages.
enum MonotonicTime {
  static var nanoseconds: Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }
}
