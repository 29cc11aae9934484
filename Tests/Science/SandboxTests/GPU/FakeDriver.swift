import Glibc
import Testing

@testable import Sandbox

/// A driver made of files, in a folder of a world: scripts that print what NVIDIA's programs print, and plain files for
/// devices and libraries.
struct FakeDriver: Sendable {
  static let first = GPU(
    index: 0, uuid: "GPU-00000000-aaaa", bus: "00000000:01:00.0", name: "Test 80GB", memoryMebibytes: 81_559)
  static let second = GPU(
    index: 1, uuid: "GPU-11111111-bbbb", bus: "00000000:C1:00.0", name: "Test 80GB", memoryMebibytes: 81_559)
  static let lines = """
    0, GPU-00000000-aaaa, 00000000:01:00.0, Test 80GB, 81559
    1, GPU-11111111-bbbb, 00000000:C1:00.0, Test 80GB, 81559

    """
  let world: SandboxWorld
  var root: String { "\(world.folder)/driver" }
  var driver: GPUDriver { GPUDriver(root: root) }

  /// Two GPUs, whose device files are numbered the other way round.
  init(_ world: SandboxWorld, listing: String = FakeDriver.lines) throws {
    self.world = world
    try write("/usr/bin/nvidia-smi", "#!/bin/sh\ncat \(root)/listing\nexit $(cat \(root)/status)\n", mode: 0o755)
    try write("/sbin/ldconfig", "#!/bin/sh\ncat \(root)/libraries\n", mode: 0o755)
    try write("/listing", listing)
    try write("/status", "0")
    try write(
      "/libraries",
      """
      3 libs found in cache
      \tlibnvidia-ml.so.1 (libc6,x86-64) => /lib/libnvidia-ml.so.1
      \tlibnvidia-ml.so.1 (libc6,AArch64) => /lib/libnvidia-ml.so.1
      \tlibcuda.so.1 (libc6,x86-64) => /lib/libcuda.so.1
      \tlibcuda.so.1 (libc6,AArch64) => /lib/libcuda.so.1
      \tlibcuda.so.1 (libc6) => /lib32/libcuda.so.1
      \tlibc.so.6 (libc6,x86-64, OS ABI: Linux 3.2.0) => /lib/libc.so.6

      """)
    for library in ["libcuda.so.1", "libnvidia-ml.so.1", "libc.so.6"] { try write("/lib/\(library)", library) }
    for device in ["nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "sda"] {
      try write("/dev/\(device)", device, mode: 0o666)
    }
    try write("/proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t Test\nDevice Minor: \t 1\n")
    try write("/proc/driver/nvidia/gpus/0000:c1:00.0/information", "Model: \t Test\nDevice Minor: \t 0\n")
  }

  func write(_ path: String, _ text: String, mode: mode_t = 0o644) throws {
    var folder = world.folder
    for part in "driver\(path)".split(separator: "/").dropLast() {
      folder += "/\(part)"
      if mkdir(folder, 0o755) == 0 { chmod(folder, 0o755) }
    }
    let file = open(root + path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    try #require(file >= 0)
    _ = Pipe.writeAll(file, Array(text.utf8))
    fchmod(file, mode)
    close(file)
  }

  func remove(_ path: String) { unlink(root + path) }

  func claim(_ choice: GPUChoice) async throws(SandboxError) -> GPUPool? {
    try await GPUPool.claim(choice, driver: driver, folder: world.folder)
  }
}
