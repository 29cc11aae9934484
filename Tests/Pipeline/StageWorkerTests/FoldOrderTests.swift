import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import StageWorker
import Testing

/// Ends of runs come to the handler one per visit, and a repeated visit gets the same ends.
@Suite(.timeLimit(.minutes(10))) struct FoldOrderTests {
  /// A design that asks for three runs and takes a step for each end, whose request names all ends so far. The second
  /// and third runs end later, one after the other.
  private static var script: Script {
    var script = Script()
    script.rounds = [3]
    script.special[.run] = { visit, hand in
      let ordinal = visit.stream.name.last.flatMap { Int(String($0)) } ?? 0
      // The more often a run has been postponed, the later it ends.
      if hand.provider.uses(of: visit.stream) < ordinal {
        throw Failure(kind: "busy", "Not yet.", retryability: .later(afterSeconds: 60))
      }
      return nil
    }
    script.special[.design] = { visit, hand in
      guard !visit.runs.isEmpty else {
        return .ask(
          (0..<3).map { ordinal in
            RunAsk(
              run: visit.stream.run(visit: visit.visit, ordinal: ordinal),
              opening: Opening(
                campaign: visit.opening.campaign, title: "run", cap: Money(nanodollars: 60),
                parent: Opening.Parent(stream: visit.stream, stage: .design), definition: visit.opening.definition))
          })
      }
      let folds = visit.runs.compactMap(\.fold).sorted()
      #expect(folds == Array(folds.indices))
      let ends = visit.runs.filter { $0.fold != nil }.sorted { ($0.fold ?? 0) < ($1.fold ?? 0) }.map(\.ask.run.name)
      _ = try await hand.step("analyse", request: ends.joined(separator: " "))
      return visit.hasRunsOut ? .wait : nil
    }
    return script
  }

  /// Requests of `analyse` by visit: each visit has one, and adds one end.
  private func requests(_ state: StreamState) -> [Int: Set<String>] {
    var requests: [Int: Set<String>] = [:]
    for line in state.books.lines where line.step.name == "analyse" {
      requests[line.step.visit, default: []].insert(line.step.requestDigest)
    }
    return requests
  }

  @Test(arguments: Life.Fault.allCases)
  func `with a fault in any call, a repeated visit asks for the same steps though more runs ended`(
    _ kind: Life.Fault
  ) async throws {
    let quiet = World(Self.script)
    try await quiet.submitPaper()
    let calm = quiet.start("first")
    try await quiet.drive(calm)
    await calm.stop()
    #expect(requests(try await quiet.state(of: World.paper)).map(\.value.count) == [1, 1, 1])
    for call in calm.life.calls.indices {
      let world = World(Self.script)
      try await world.submitPaper()
      let first = world.start("first", fault: (call, kind))
      try await world.drive(first)
      if first.hasEnded || first.life.isFrozen {
        world.log.expel(first.life.worker)
        if first.life.isFrozen { world.clock.advance(seconds: 60) }
        // All open runs end before the paper is claimed again.
        let runs = world.start("runs", topics: Topic.allWork.filter { $0.name.hasPrefix("work.run") })
        try await world.drive(runs)
        await runs.stop()
        let last = world.start("last")
        try await world.drive(last)
        await last.stop()
      }
      first.life.thaw()
      await first.stop()
      let state = try await world.state(of: World.paper)
      #expect(state.end == .done, "call \(call), \(calm.life.calls[call]), \(kind)")
      #expect(
        requests(state).map(\.value.count) == [1, 1, 1], "call \(call), \(calm.life.calls[call]), \(kind)")
      #expect(violations(try await Evidence(world)) == [], "call \(call), \(calm.life.calls[call]), \(kind)")
    }
  }

  @Test func `after a recovery one item folds all ends in`() async throws {
    let world = World(Self.script)
    try await world.submitPaper()
    let asking = world.start("asking", topics: [.work(.novelty), .work(.design)])
    try await world.drive(asking)
    await asking.stop()
    let runs = world.start("runs", topics: Topic.allWork.filter { $0.name.hasPrefix("work.run") })
    try await world.drive(runs)
    await runs.stop()
    world.log.lose()
    _ = try await world.deployment.recover()
    let last = world.start("last")
    try await world.drive(last)
    await last.stop()
    let state = try await world.state(of: World.paper)
    #expect(state.end == .done)
    #expect(requests(state).count == 3)
  }

  @Test func `a memo reaches the visits after its ask, until another replaces it`() async throws {
    var script = Script()
    script.rounds = [1, 1]
    script.special[.design] = { visit, hand in
      let seen = visit.memo == nil ? "none" : try await hand.surroundings.value(String.self, of: visit.memo!)
      if visit.runs.count == 2 {
        return .finished(result: try await hand.surroundings.keep(json: seen))
      }
      let run = RunAsk(
        run: visit.stream.run(visit: visit.visit, ordinal: 0),
        opening: Opening(
          campaign: visit.opening.campaign, title: "run", cap: Money(nanodollars: 60),
          parent: Opening.Parent(stream: visit.stream, stage: .design), definition: visit.opening.definition))
      return .ask([run], memo: try await hand.surroundings.keep(json: "\(seen), \(visit.visit)"))
    }
    let world = World(script)
    let state = try await world.workedPaper()
    let result = try #require(state.results[.design])
    let text = try await world.blobs.value(String.self, of: result)
    #expect(text.hasPrefix("none, 1, ") && text.split(separator: ",").count == 3)
    #expect(state.memo == nil)
  }

  @Test func `a failure that asks for a pause never counts an attempt`() async throws {
    var script = Script()
    script.rounds = []
    script.special[.novelty] = { visit, hand in
      if hand.provider.uses(of: visit.stream) < 8 {
        throw Failure(kind: "overloaded", "The provider is busy.", retryability: .later(afterSeconds: 3600))
      }
      return nil
    }
    let world = World(script)
    try await world.submitPaper()
    let begun = world.clock.nowMicroseconds
    let worker = world.start("a")
    try await world.drive(worker)
    await worker.stop()
    let entries = try await world.journal.entries(of: World.paper, from: 0).map(\.fact)
    #expect(try await world.state(of: World.paper).end == .done)
    #expect(entries.count { if case .released(.novelty, _) = $0 { true } else { false } } == 8)
    #expect(!entries.contains { if case .attemptFailed = $0 { true } else { false } })
    #expect(world.clock.nowMicroseconds - begun >= 8 * 3600 * 1_000_000)
  }
}
