import CLinux
import ChildProcesses
import Glibc

/// Pipes that are closed on exec.
enum Pipe {
  static func open() throws(SandboxError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard clinux_pipe(&ends) == 0 else { throw .system(call: "pipe2", code: errno) }
    return (ends[0], ends[1])
  }

  /// Reads to the end of the data, or to the limit.
  static func readAll(_ descriptor: Int32, limit: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    var count = 0
    while count < limit {
      let added = bytes.withUnsafeMutableBytes { buffer in
        retryingInterrupts { read(descriptor, buffer.baseAddress! + count, limit - count) }
      }
      if added <= 0 { break }
      count += added
    }
    return Array(bytes.prefix(count))
  }

  /// Writes all bytes; returns an error number or 0.
  static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Int32 {
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        retryingInterrupts { write(descriptor, buffer.baseAddress! + start, buffer.count - start) }
      }
      if count < 0 { return errno }
      start += count
    }
    return 0
  }
}
