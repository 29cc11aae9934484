import Glibc
import Synchronization
import Threads

/// Runs programs without blocking a thread of the caller.
public enum ChildProcess {
  /// Starts a program in a process group of its own and waits for its end.
  ///
  /// When the task is cancelled the child is stopped (see `ChildCommand.interrupt`), reaped and reported with `stopped
  /// == .cancelled`. Processes that it left in its group are killed when it ends; those that left the group need a
  /// process namespace, which is the sandbox's business.
  ///
  /// - Parameter started: called once the child runs, from the thread that watches all children: it must not block.
  /// - Throws: when nothing was started.
  public static func run(
    _ command: ChildCommand, started: (@Sendable (RunningChild) -> Void)? = nil
  ) async throws(ChildProcessError) -> ChildReport {
    try command.check()
    let loop = try ChildLoop.shared()
    let child = RunningChild(loop)
    let result: Result<ChildReport, ChildProcessError> = await withTaskCancellationHandler {
      await withCheckedContinuation { caller in
        loop.post(
          .start(.init(handle: child, command: command, started: started) { caller.resume(returning: $0) }))
      }
    } onCancel: {
      child.stop(.cancelled)
    }
    return try result.get()
  }
}

/// A handle that can stop a running child.
public final class RunningChild: Sendable {
  private struct State {
    var processID: Int32?
    var reason: ChildReport.StopReason?
  }
  private let state = Lock(State())
  private let loop: ChildLoop

  init(_ loop: ChildLoop) { self.loop = loop }

  /// Its number, once it was started. It stays taken until the child was reaped.
  public var processID: Int32? { state.withLock { $0.processID } }

  /// Asks for its end. The first reason given is the one reported; later calls change nothing.
  public func stop() { stop(.requested) }

  func stop(_ reason: ChildReport.StopReason) {
    let isFirst = state.withLock { state in
      if state.reason != nil { return false }
      state.reason = reason
      return true
    }
    if isFirst { loop.post(.stop(self)) }
  }

  var stopReason: ChildReport.StopReason? { state.withLock { $0.reason } }

  func isRunning(as processID: Int32) { state.withLock { $0.processID = processID } }
}

extension ChildCommand {
  /// Checks what C can't express: a name without a slash would be searched for, and a NUL would cut the text short.
  func check() throws(ChildProcessError) {
    guard program.contains("/") else { throw .unusable("\(program) is not a path") }
    for (name, _) in environment where name.isEmpty || name.contains("=") {
      throw .unusable("'\(name)' is no name for an environment variable")
    }
    let texts = [program] + arguments + environment.flatMap { [$0, $1] } + [workingDirectory ?? ""]
    guard !texts.contains(where: { $0.utf8.contains(0) }) else { throw .unusable("one of its words holds a NUL byte") }
    guard inherited.count <= 16 else { throw .unusable("more than 16 descriptors are handed on") }
  }
}
