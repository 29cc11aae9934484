import Journal
import Operations
import PaperModel
import Projections
import StageWorker
import Synchronization

/// Prints one line for each finished stage, and bars on a terminal; also notices when all work is done.
final class Progress: WorkerObserver {
  private struct State {
    /// When the stages in work here were begun.
    var begun: [StreamID: ContinuousClock.Instant] = [:]
    /// The number of finished stages of each paper that this process worked on; ended papers are left out.
    var papers: [StreamID: Int] = [:]
    var running: Set<StreamID> = []
    var waiters: [CheckedContinuation<Void, Never>] = []
    var changes = 0
    /// The campaigns that were not over at the start or later.
    var campaigns: Set<StreamID> = []
  }

  private let terminal: Terminal
  private let installation: Installation
  private let sleeper: any Clock<Duration> = ContinuousClock()
  /// Whether standard output is reserved for a JSON document, so that lines go to standard error.
  private let isAside: Bool
  private let state = Mutex(State())
  private let firsts = FirstTimes()

  init(_ terminal: Terminal, _ installation: Installation, isAside: Bool = false) {
    self.isAside = isAside
    self.terminal = terminal
    self.installation = installation
  }

  /// Works until the campaigns are over, checking whenever a stage ends here, and every second or two for the work of
  /// other processes. Finished papers then become files, also those of campaigns that an earlier process has left.
  /// - Parameter isOver: receives the board and the campaigns that are not over.
  /// - Throws: `CancellationError` if the task was cancelled before; the error that stops the worker.
  func work(
    _ worker: AttendedWorker, until isOver: @escaping @Sendable (Board, Set<StreamID>) async throws -> Bool
  ) async throws {
    let board = try await installation.board(report: terminal.note)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await worker.run()
        return false
      }
      group.addTask { [self] in
        while !Task.isCancelled {
          let seen = state.withLock { $0.changes }
          // The worker waits for a store that is away, and reports it.
          do {
            let open = Set(try await board.openCampaigns())
            keep(open)
            if try await isOver(board, open) { return true }
          } catch let error as JournalError where error.kind == .unavailable {}
          await change(since: seen)
        }
        return false
      }
      var isDone = false
      for try await over in group {
        isDone = isDone || over
        group.cancelAll()
      }
      terminal.setFooter("")
      if !isDone { throw CancellationError() }
    }
    let seen = state.withLock { $0.campaigns }
    for stream in try await board.campaignNames()
    where seen.contains(stream) || !PaperFiles.areWritten(of: stream, installation.settings) {
      guard let campaign = try await board.campaign(stream) else { continue }
      for paper in campaign.papers where paper.standing == .done {
        try await PaperFiles.write(paper.stream, installation.deployment, installation.settings)
      }
      if campaign.isOver { try PaperFiles.noteWritten(of: stream, installation.settings) }
    }
  }

  private func say(_ line: String) { isAside ? terminal.note(line) : terminal.print(line) }

  func observe(_ event: WorkerEvent) {
    switch event {
    case .claimed(let stream, let stage, _, let attempt):
      state.withLock { state in
        state.running.insert(stream)
        if state.begun[stream] == nil { state.begun[stream] = .now }
        if stream.kind == .paper { state.papers[stream] = StageGraph.ofPaper.firstIndex(of: stage) ?? 0 }
      }
      if attempt > 1 { say("\(stream.name)  \(stage.rawValue)  attempt \(attempt)") }
    case .stageFinished(let stream, let stage, let next):
      finished(stream, stage, isLast: next == nil)
      if next == nil, stream.kind != .run { look() }
    case .waiting(let stream, _, _): ended(stream)
    case .superseded(let stream, _):
      ended(stream)
      gone(stream)
    case .willRetry(let stream, let stage, let failure, let seconds):
      ended(stream)
      say("\(stream.name)  \(stage.rawValue)  failed, again in \(seconds) s: \(failure)")
    case .snoozed(let stream, let stage, let reason, let seconds):
      ended(stream)
      say("\(stream.name)  \(stage.rawValue)  delayed for \(seconds) s: \(reason)")
    case .leftToOthers(let stream, let stage, let failure, _):
      ended(stream)
      if firsts.isFirst(failure.message) { say("\(stream.name)  \(stage.rawValue)  left to other workers: \(failure)") }
    case .deadLettered(let stream, let stage, let failure):
      ended(stream)
      gone(stream)
      look()
      say("\(stream.name)  \(stage.rawValue)  given up: \(failure)")
    case .cancelled(let stream):
      ended(stream)
      gone(stream)
      look()
      say("\(stream.name)  cancelled")
    case .poison(let reason): terminal.note("A message can't be read and is now a dead letter: \(reason)")
    case .rests(let reason, let seconds):
      terminal.note("This machine could not begin its work, and takes nothing new for \(seconds) s: \(reason)")
    case .logIsAway(let what): terminal.note("The brokers are away: \(what)")
    case .logIsBack: terminal.note("The brokers are back.")
    case .troubled(let stream, let what): terminal.note("\(stream.map { "\($0.name): " } ?? "")\(what)")
    case .parked(let stream, let stage, claimedBy: nil):
      say("\(stream.name)  \(stage.rawValue)  waits: the campaign is paused")
    case .stepUnsettled(let stream, let step, let receipt):
      say("\(stream.name)  \(step.stage.rawValue)  the price of \(step.name) is not known: \(receipt.reason)")
    case .stepWaits, .stepFinished, .stepCharged, .folded, .parked, .unparked, .calledOff: break
    }
    draw()
  }

  private func finished(_ stream: StreamID, _ stage: Stage, isLast: Bool) {
    let seconds = state.withLock { state -> Double in
      if stream.kind == .paper {
        state.papers[stream] = isLast ? nil : (StageGraph.ofPaper.firstIndex(of: stage) ?? 0) + 1
      }
      guard let begun = state.begun.removeValue(forKey: stream) else { return 0 }
      let (whole, attoseconds) = begun.duration(to: .now).components
      return Double(whole) + Double(attoseconds) / 1e18
    }
    ended(stream)
    let tenths = Int((seconds * 10).rounded())
    say("\(stream.name)  \(stage.rawValue)  \(tenths / 10).\(tenths % 10) s")
  }

  private func ended(_ stream: StreamID) {
    state.withLock { state in
      state.running.remove(stream)
      state.begun[stream] = nil
    }
  }

  /// Papers that other processes have ended have no bars here.
  private func keep(_ open: Set<StreamID>) {
    let names = Set(open.map(\.name))
    state.withLock { state in
      state.campaigns.formUnion(open)
      state.papers = state.papers.filter { names.contains($0.key.campaignName) }
    }
  }

  /// Removes the bar of an ended paper.
  private func gone(_ stream: StreamID) { state.withLock { $0.papers[stream] = nil } }

  /// Wakes the task that waits for the end, so that it checks again.
  private func look() {
    let waiters = state.withLock { state in
      state.changes += 1
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns once something ended here since then, or after a while, because other processes may do the work.
  private func change(since seen: Int) async {
    let net = Task { [self] in
      try await sleeper.sleep(for: .seconds(2))
      look()
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        let isPast = state.withLock { state in
          if state.changes != seen || Task.isCancelled { return true }
          state.waiters.append(waiter)
          return false
        }
        if isPast { waiter.resume() }
      }
    } onCancel: {
      look()
    }
    net.cancel()
  }

  private func draw() {
    guard terminal.isInteractive else { return }
    let (papers, running) = state.withLock { ($0.papers, $0.running) }
    let all = Set(papers.keys).union(running.filter { $0.kind == .paper }).sorted()
    // The footer must not be taller than the screen: it is redrawn in place.
    let room = max(1, terminal.height - 4)
    var lines = all.prefix(room).map { paper in
      let done = papers[paper] ?? 0
      let bar = String(repeating: "█", count: done * 4) + String(repeating: "░", count: (6 - done) * 4)
      return "\(bar)  \(paper.name)"
    }
    if all.count > room { lines.append("and \(all.count - room) more") }
    let runs = running.filter { $0.kind == .run }.count
    terminal.setFooter(
      lines.isEmpty && runs == 0
        ? "" : (lines + ["\(runs) \(runs == 1 ? "experiment" : "experiments") running"]).map { $0 + "\n" }.joined())
  }
}
