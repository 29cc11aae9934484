import ChildProcesses
import Glibc

/// What a job needs to see of this machine to use one GPU and no other.
public struct GPUAccess: Sendable, Equatable {
  public let gpu: GPU
  let devices: [DeviceBind]
  let libraries: [ReadOnlyBind]

  /// Where the job finds libraries that do not lie among the system's own.
  static let libraryFolder = "/opt/nvidia/lib"

  /// A process can't give more than its own limit.
  private static var mostOpenFiles: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
    return Int(clamping: limit.rlim_max)
  }

  /// Lets a job use the GPU. Its driver reserves address space for all of the device's memory and the machine's, so the
  /// limit on address space is lifted; resident memory, which the watch adds up, stays limited.
  /// - Parameter isContained: without a container all devices are visible, and the environment names the job's own.
  func open(_ job: inout SandboxJob, isContained: Bool) {
    job.devices += devices
    job.inputs += libraries
    job.limits.addressSpaceBytes = nil
    job.limits.processes = max(job.limits.processes, 1024)
    job.limits.openFiles = max(job.limits.openFiles, min(4096, Self.mostOpenFiles))
    // Inside there is one device, and a driver counts visible devices.
    job.environment["CUDA_VISIBLE_DEVICES"] = isContained ? "0" : gpu.uuid
    if !libraries.isEmpty, isContained { job.environment["LD_LIBRARY_PATH"] = Self.libraryFolder }
  }
}

extension GPUDriver {
  /// What jobs on these GPUs need to see.
  /// - Parameter all: all of the machine's, to tell device files apart.
  /// - Throws: `SandboxError.gpu` if a part of the driver is missing or closed to jobs.
  public func accesses(to gpus: [GPU], of all: [GPU]) async throws(SandboxError) -> [GPUAccess] {
    if gpus.isEmpty { return [] }
    let libraries = try await libraries().compactMap(bind)
    var shared: [DeviceBind] = []
    for path in ["/dev/nvidiactl", "/dev/nvidia-uvm"] { shared.append(try device(path)) }
    for path in ["/dev/nvidia-uvm-tools", "/dev/nvidia-caps"] where access(place(path), F_OK) == 0 {
      shared.append(DeviceBind(place(path), at: path))
    }
    var found: [GPUAccess] = []
    for gpu in gpus {
      let own = try device("/dev/nvidia\(try fileNumber(of: gpu, of: all))")
      guard !found.contains(where: { $0.devices.contains(own) }) else {
        throw .gpu("the driver gives two GPUs the device file \(own.sandboxPath); look at the driver")
      }
      found.append(GPUAccess(gpu: gpu, devices: [own] + shared, libraries: libraries))
    }
    return found
  }

  /// A device file, if jobs can open it.
  private func device(_ path: String) throws(SandboxError) -> DeviceBind {
    let here = place(path)
    var status = stat()
    guard stat(here, &status) == 0 else {
      throw .gpu("\(here) is not there; `nvidia-modprobe -c=0 -u`, as root, makes the driver's device files")
    }
    // Jobs started by root run as users of their own.
    let isOpen = geteuid() == 0 ? status.st_mode & 0o006 == 0o006 : access(here, R_OK | W_OK) == 0
    guard isOpen else {
      throw .gpu("\(here) is closed to the users that jobs run as; load the driver with NVreg_DeviceFileMode=0666")
    }
    return DeviceBind(here, at: path)
  }

  /// The number in the name of a GPU's device file, which may differ from that of nvidia-smi.
  private func fileNumber(of gpu: GPU, of all: [GPU]) throws(SandboxError) -> Int {
    let parts = gpu.bus.split(separator: ":", maxSplits: 1)
    let domain = String(UInt32(parts[0], radix: 16) ?? 0, radix: 16)
    let folder = String(repeating: "0", count: max(0, 4 - domain.count)) + domain + ":" + parts[1].lowercased()
    let path = place("/proc/driver/nvidia/gpus/\(folder)/information")
    if let text = Self.text(of: path) {
      for line in text.split(separator: "\n") where line.hasPrefix("Device Minor:") {
        if let number = line.split(whereSeparator: { " \t:".contains($0) }).last.flatMap({ Int($0) }) { return number }
      }
    }
    // If a container hides that folder, one GPU and one device file are unambiguous.
    let files = deviceFileNumbers()
    if all.count == 1, files.count == 1 { return files[0] }
    throw .gpu(
      "\(path) does not say which of the device files belongs to GPU \(gpu.index); show /proc/driver/nvidia to this "
        + "process, or only one GPU")
  }

  private func deviceFileNumbers() -> [Int] {
    let descriptor = open(place("/dev"), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    return FolderReader.names(descriptor, limit: 100_000).compactMap { name in
      let text = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix("nvidia"), text.dropFirst(6).utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return nil
      }
      return Int(text.dropFirst(6))
    }
  }

  private static func text(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return String(decoding: Pipe.readAll(descriptor, limit: 16_384), as: UTF8.self)
  }

  /// The library, or nil if jobs see it anyway.
  private func bind(_ library: DriverLibrary) -> ReadOnlyBind? {
    guard let resolved = realpath(place(library.path), nil) else { return nil }
    defer { free(resolved) }
    let path = String(cString: resolved)
    if root == "/", HostLayout.isSeen(path) { return nil }
    return ReadOnlyBind(path, at: "\(GPUAccess.libraryFolder)/\(library.name)")
  }
}
