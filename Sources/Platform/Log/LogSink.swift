internal import Glibc
internal import Synchronization
internal import Threads

/// A descriptor that lines are written to, one whole line at a time, also when several threads write.
///
/// A line that cannot be written is dropped and counted: logging never fails the work. A pipe whose reader is gone
/// raises SIGPIPE, which the program must ignore.
public final class LogSink: Sendable {
  private let descriptor: Int32
  private let dropped = Lock(0)

  /// Writes to the descriptor, which stays the caller's and must outlive the sink.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// How many lines could not be written.
  public var droppedLineCount: Int { dropped.withLock { $0 } }

  /// Writes one line whole, or not at all if its first byte cannot be written within a second.
  func write(_ line: [UInt8]) {
    dropped.withLock { dropped in
      if !writeAll(line) { dropped += 1 }
    }
  }

  private func writeAll(_ line: [UInt8]) -> Bool {
    line.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          guard poll(&ready, 1, 1000) > 0 else { return false }
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
  }
}
