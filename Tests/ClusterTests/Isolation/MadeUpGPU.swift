import Foundation

/// A GPU made of files and scripts, in a folder that stands for the driver's root.
struct MadeUpGPU {
  let root: String
  private let uuid: String

  init(in folder: String) throws {
    root = "\(folder)/driver"
    // Each has a name of its own, because the whole machine shares the locks.
    uuid = "GPU-\(UUID().uuidString.lowercased())"
    try write("/usr/bin/nvidia-smi", "#!/bin/sh\necho '0, \(uuid), 00000000:01:00.0, Made up, 1024'\n", 0o755)
    try write(
      "/sbin/ldconfig",
      "#!/bin/sh\necho '\tlibcuda.so.1 (libc6,x86-64) => /lib/libcuda.so.1'\n"
        + "echo '\tlibcuda.so.1 (libc6,AArch64) => /lib/libcuda.so.1'\n", 0o755)
    try write("/lib/libcuda.so.1", "", 0o644)
    for device in ["nvidia0", "nvidiactl", "nvidia-uvm"] { try write("/dev/\(device)", "", 0o666) }
  }

  /// Removes the lock that workers of this machine shared.
  func remove() { for folder in ["/run/lock", "/tmp"] { unlink("\(folder)/shoal-\(uuid).lock") } }

  private func write(_ path: String, _ text: String, _ mode: Int) throws {
    let place = URL(fileURLWithPath: root + path)
    try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place.path)
  }
}
