import ChildProcesses
import Glibc

/// A file with one line for each job that was launched and one for each that ended, on disk before anything goes on.
///
/// It is written beside the books and not from them, so that somebody else can compare the two.
final class ExecutionRecord: Sendable {
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws(SandboxError) {
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
    let descriptor = retryingInterrupts { open(path, flags, 0o600) }
    guard descriptor >= 0 else { throw .record(path: path, code: errno, afterwards: false) }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  func launched(_ key: String) throws(SandboxError) {
    try append(#"{"event":"launched","key":\#(quoted(key))}"#, afterwards: false)
  }

  func ended(_ key: String, _ end: String, cpuTime: Duration) throws(SandboxError) {
    let (seconds, attoseconds) = cpuTime.components
    let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    try append(
      #"{"event":"ended","key":\#(quoted(key)),"end":\#(quoted(end)),"cpuNanoseconds":\#(nanoseconds)}"#,
      afterwards: true)
  }

  /// One write, so that lines of several processes never mix.
  private func append(_ line: String, afterwards: Bool) throws(SandboxError) {
    let bytes = Array((line + "\n").utf8)
    let count = retryingInterrupts { write(descriptor, bytes, bytes.count) }
    guard count == bytes.count, fsync(descriptor) == 0 else {
      throw .record(path: path, code: count < 0 || count == bytes.count ? errno : ENOSPC, afterwards: afterwards)
    }
  }

  private func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case _ where scalar.value < 0x20:
        "\\u00" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}
