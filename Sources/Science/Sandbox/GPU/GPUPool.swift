import Glibc
import Synchronization

/// The GPUs that this process holds, each given to one run at a time. No other process of the machine gets them as long
/// as this one lives.
public final class GPUPool: Sendable {
  public let gpus: [GPU]
  private let free: Mutex<[GPUAccess]>
  private let locks: [DeviceLock]

  /// Where locks of devices lie: one place for all users of the machine.
  public static var usualFolder: String { access("/run/lock", W_OK | X_OK) == 0 ? "/run/lock" : "/tmp" }

  private init(_ accesses: [GPUAccess], _ locks: [DeviceLock]) {
    gpus = accesses.map(\.gpu)
    free = Mutex(accesses)
    self.locks = locks
  }

  /// Takes GPUs for this process; nil if none was asked for, or none is there or free and the choice does not insist.
  /// - Parameter folder: where the locks lie.
  /// - Throws: `SandboxError.gpu` if the requested GPUs can't be had, or the driver does not answer.
  public static func claim(
    _ choice: GPUChoice, driver: GPUDriver = GPUDriver(), folder: String = usualFolder
  ) async throws(SandboxError) -> GPUPool? {
    if choice == .nothing { return nil }
    let all = try await driver.gpus()
    guard !all.isEmpty else {
      if choice == .automatic { return nil }
      throw .gpu(
        driver.isInstalled
          ? "nvidia-smi finds none on this machine; look whether the driver is loaded"
          : "nvidia-smi is not installed; install NVIDIA's driver, or leave GPU runs to a worker that has one")
    }
    let wanted = try choice.candidates(all)
    var taken: [(GPU, DeviceLock)] = []
    var others: [GPU] = []
    for gpu in wanted {
      if case .count(let count) = choice, taken.count == count { break }
      if let lock = try DeviceLock("\(folder)/shoal-\(gpu.uuid).lock") {
        taken.append((gpu, lock))
      } else {
        others.append(gpu)
      }
    }
    try choice.check(taken.map(\.0), others)
    guard !taken.isEmpty else { return nil }
    return GPUPool(try await driver.accesses(to: taken.map(\.0), of: all), taken.map(\.1))
  }

  /// Gives a GPU out until the lease ends.
  /// - Throws: `SandboxError.noFreeGPU`, transient, if all are in use.
  func lease() throws(SandboxError) -> GPULease {
    guard let access = free.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { throw .noFreeGPU }
    return GPULease(access, of: self)
  }

  fileprivate func takeBack(_ access: GPUAccess) { free.withLock { $0.append(access) } }
}

/// A GPU that belongs to one run.
final class GPULease: Sendable {
  let access: GPUAccess
  private let pool: GPUPool
  private let isOver = Mutex(false)

  fileprivate init(_ access: GPUAccess, of pool: GPUPool) {
    self.access = access
    self.pool = pool
  }

  deinit { end() }

  /// The run is gone, and another may have the GPU.
  func end() {
    let isFirst = isOver.withLock { isOver in
      defer { isOver = true }
      return !isOver
    }
    if isFirst { pool.takeBack(access) }
  }

  /// A process of the run could not be ended and may still use the GPU: no run gets it while this process lives.
  func withhold() { isOver.withLock { $0 = true } }
}

extension GPUChoice {
  fileprivate func candidates(_ all: [GPU]) throws(SandboxError) -> [GPU] {
    guard case .indexes(let indexes) = self else { return all }
    var found: [GPU] = []
    for index in indexes {
      guard let gpu = all.first(where: { $0.index == index }) else {
        let there = all.map { "\($0.index)" }.joined(separator: ", ")
        throw .gpu("there is no GPU \(index); there are \(there)")
      }
      found.append(gpu)
    }
    return found
  }

  fileprivate func check(_ taken: [GPU], _ others: [GPU]) throws(SandboxError) {
    switch self {
    case .automatic, .nothing: return
    case .count(let count) where taken.count < count:
      throw .gpu("\(count) were asked for and \(taken.count) are free; ask for fewer, or stop the worker that has them")
    case .count: return
    case .all, .indexes:
      guard let other = others.first else { return }
      throw .gpu("GPU \(other.index) belongs to another worker of this machine; name others, or stop that worker")
    }
  }
}
