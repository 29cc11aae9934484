internal import CLinux
internal import ChildProcesses
internal import Glibc
internal import Synchronization
internal import Threads

/// A pipe that ends a child: its descriptor 3 reaches the end once `cut` is called, this object is dropped, or this
/// process ends in any way.
final class Leash: Sendable {
  private let reading: Int32
  private let held: Lock<Int32>

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard clinux_pipe(&ends) == 0 else { throw NotStarted(description: "no pipe can be made") }
    reading = ends[0]
    held = Lock(ends[1])
  }

  deinit { cut() }

  /// Starts the child; may be called once.
  func run(
    _ command: ChildCommand, started: @escaping @Sendable (RunningChild) -> Void = { _ in }
  ) -> Task<ChildReport?, Never> {
    var command = command
    command.inherited.insert(reading, at: 0)
    return Task { [command, reading] in
      defer { close(reading) }
      return try? await ChildProcess.run(command, started: started)
    }
  }

  func cut() {
    let descriptor = held.withLock { held in
      defer { held = -1 }
      return held
    }
    if descriptor >= 0 { close(descriptor) }
  }
}
