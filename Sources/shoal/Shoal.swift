import CommandTable
import Glibc
import SQLite
import Synchronization

/// The entry point.
@main
struct Shoal {
  static let version = "0.1.0"

  /// Not async: the main thread handles signals, and the work runs in the pool. In an async main, a blocked signal
  /// still ends the process.
  static func main() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGTSTP] { sigaddset(&signals, signal) }
    // Before any other thread exists: threads inherit the mask.
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    signal(SIGPIPE, SIG_IGN)
    let words = Array(CommandLine.arguments.dropFirst())
    if let problem = Isolation.enter(words) {
      Terminal.standard.complain("shoal: A worker for runs must not see the keys of its environment: \(problem).")
      exit(ExitCode.failure)
    }
    // With too little address space threads can't be started either, and `execute` names that limit.
    if runsCommand(words), AddressSpace.suffices, let problem = ThreadRoom.problem() {
      Terminal.standard.complain("shoal: \(problem)")
      exit(ExitCode.failure)
    }
    // Detached, because a task of the main actor would never run: the main thread waits for signals below.
    let work = Task.detached { exit(await run(words)) }
    let received = nextToEnd(signals)
    if isWorking(words), !Drain.hasLog {
      Terminal.standard.note("Stopping: work in progress is finished or given back. A second signal stops at once.")
    }
    // A worker still gives its work back, and waits for its turn with a limit.
    if !isWorking(words) { DatabaseGate.endWaits() }
    work.cancel()
    if let next = Drain.waitForEnd(signals) { exit(128 + next) }
    Terminal.standard.complain("shoal: Work in progress did not end in time, and is stopped.")
    _exit(128 + received)
  }

  /// Waits for a signal that ends the process. Ctrl-Z stops it, but not while it uses the database, which would hold
  /// up every other process on the same data.
  private static func nextToEnd(_ signals: sigset_t) -> Int32 {
    var signals = signals
    while true {
      var received: Int32 = 0
      guard sigwait(&signals, &received) == 0 else { continue }
      guard received == SIGTSTP else { return received }
      DatabaseGate.stopProcess()
    }
  }

  /// Whether the words name a command to run, and do not only ask for help or the version.
  private static func runsCommand(_ words: [String]) -> Bool {
    if case .run? = try? CommandList.program.parse(words) { true } else { false }
  }

  private static func isWorking(_ words: [String]) -> Bool {
    guard case .run(let invocation)? = try? CommandList.program.parse(words) else { return false }
    return CommandList.entry(of: invocation).isWorking
  }

  /// Executes one command line and returns its exit code, which is never 0 if standard output is incomplete.
  static func run(_ written: [String], _ terminal: Terminal = .standard) async -> Int32 {
    let code = await execute(written, terminal)
    guard let lost = terminal.lostOutput else { return code }
    // The reader has ended early, as `head` does; other programs are killed by the signal then, and shells report this
    // code.
    if lost == EPIPE { return code == ExitCode.success ? ExitCode.closedPipe : code }
    terminal.complain(
      "shoal: Standard output is incomplete: \(String(cString: strerror(lost))). Make room, or write it elsewhere.")
    return code == ExitCode.success ? ExitCode.failure : code
  }

  private static func execute(_ written: [String], _ terminal: Terminal) async -> Int32 {
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
      case .run(let invocation):
        try AddressSpace.check()
        return try await CommandList.run(invocation, terminal)
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

/// How long the process may continue after a signal that asks it to stop.
enum Drain {
  /// The time that a worker needs after its drain limit to give its work back and to close its connections.
  private static let closing = Duration.seconds(30)
  private static let limit = Mutex(Duration.seconds(20))
  private static let log = Mutex(false)

  /// Whether the process logs that it drains, in the form of its log.
  static var hasLog: Bool { log.withLock { $0 } }

  /// Notes that the process logs that it drains.
  static func isLogged() { log.withLock { $0 = true } }

  /// Sets how long work in flight may continue.
  static func limit(to duration: Duration) { limit.withLock { $0 = duration } }

  /// Waits for the process to end by itself, on the thread that waits for signals: it needs no thread of the pool, so
  /// it also ends a process that hangs.
  /// - Returns: the next signal; nil if the time is over.
  static func waitForEnd(_ signals: sigset_t) -> Int32? {
    var signals = signals
    let end = ContinuousClock.now + limit.withLock { $0 } + closing
    while true {
      let left = ContinuousClock.now.duration(to: end)
      guard left > .zero else { return nil }
      var patience = timespec(tv_sec: Int(min(left.components.seconds, 1_000_000)) + 1, tv_nsec: 0)
      let next = sigtimedwait(&signals, nil, &patience)
      if next == SIGTSTP { DatabaseGate.stopProcess() } else if next > 0 { return next }
    }
  }
}

/// The exit codes, as `shoal --help` documents them.
enum ExitCode {
  /// Everything is done.
  static let success: Int32 = 0
  /// The command failed, or some papers are not done.
  static let failure: Int32 = 1
  /// The command line is invalid.
  static let usage: Int32 = 2
  /// Stopped by a signal; the same command continues from there.
  static let stopped: Int32 = 130
  /// The reader of standard output closed it early: 128 and SIGPIPE.
  static let closedPipe: Int32 = 141
}
