import CommandTable
import Glibc
import Synchronization

/// The command.
@main
struct Shoal {
  static let version = "0.1.0"

  /// Not async: the main thread keeps the signals for itself and the work runs in the pool. In an async main a blocked
  /// signal still ends the process.
  static func main() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
    // Before any other thread exists: they inherit it.
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    signal(SIGPIPE, SIG_IGN)
    if let problem = Isolation.enter(Array(CommandLine.arguments.dropFirst())) {
      Terminal.standard.complain("shoal: A worker for runs must not see the keys of its environment: \(problem).")
      exit(ExitCode.failure)
    }
    // Detached, for a task of the main actor would never run: the main thread waits for signals below.
    let words = Array(CommandLine.arguments.dropFirst())
    let work = Task.detached { exit(await run(words)) }
    var received: Int32 = 0
    var count = 0
    while sigwait(&signals, &received) == 0 {
      count += 1
      if count > 1 { exit(128 + received) }
      if count == 1, isWorking(words) {
        Terminal.standard.note("Stopping: work in progress is finished or given back. A second signal stops at once.")
      }
      work.cancel()
    }
  }

  private static func isWorking(_ words: [String]) -> Bool {
    guard case .run(let invocation)? = try? CommandList.program.parse(words) else { return false }
    return CommandList.entry(of: invocation).isWorking
  }

  /// Runs one command line and returns its exit code.
  static func run(_ written: [String], _ terminal: Terminal = .standard) async -> Int32 {
    do {
      let words = CommandList.normalized(written)
      if words == ["--version"] {
        terminal.print("shoal \(version)")
        return ExitCode.success
      }
      switch try CommandList.program.parse(words) {
      case .help(let text):
        terminal.printExactly(text)
        return ExitCode.success
      case .run(let invocation): return try await CommandList.run(invocation, terminal)
      }
    } catch let error as UsageError {
      terminal.complain("\(error)")
      return ExitCode.usage
    } catch let error as UnknownTemplate {
      terminal.complain("shoal: \(error)")
      return ExitCode.usage
    } catch is CancellationError {
      return ExitCode.stopped
    } catch {
      terminal.complain("shoal: \(error)")
      return ExitCode.failure
    }
  }
}

/// The exit codes, as `shoal --help` documents them.
enum ExitCode {
  /// All that was asked for is done.
  static let success: Int32 = 0
  /// It could not be done, or some papers are not done.
  static let failure: Int32 = 1
  /// The command line can't be followed.
  static let usage: Int32 = 2
  /// Stopped by a signal; the same command goes on where it stopped.
  static let stopped: Int32 = 130
}
