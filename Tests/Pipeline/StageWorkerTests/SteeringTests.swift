import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import StageWorker
import Testing

@Suite struct SteeringTests {
  private func gated(_ stage: Stage) -> (World, Gate) {
    let gate = Gate()
    var script = Script()
    script.special[stage] = { _, hand in
      if hand.life.worker.name == "first" { try await gate.pass() }
      return nil
    }
    return (World(script), gate)
  }

  @Test func `a stopping worker gives its delivery back and reports it`() async throws {
    let (world, gate) = gated(.plot)
    try await world.submitPaper()
    let first = world.start("first")
    try await gate.reached.wait(past: 0)
    first.cancel()
    first.sleeper.letGo(.seconds(20))
    #expect(await first.end() == nil)
    let state = try await world.state(of: World.paper)
    #expect(state.claim?.isOver == true && state.losses == 0 && state.stage == .plot)
    let second = world.start("second")
    try await world.drive(second)
    await second.stop()
    #expect(try await world.state(of: World.paper).end == .done)
  }

  @Test func `work that ends within the drain limit is finished as usual`() async throws {
    let (world, gate) = gated(.plot)
    try await world.submitPaper()
    let first = world.start("first")
    try await gate.reached.wait(past: 0)
    first.cancel()
    gate.opened.ring()
    #expect(await first.end() == nil)
    #expect(try await world.state(of: World.paper).stage == .write)
  }

  @Test func `a cancelled paper stops at its next entry, and its runs with it`() async throws {
    let (world, gate) = gated(.run)
    try await world.submitPaper()
    let first = world.start("first")
    try await gate.reached.wait(past: 0)
    let ended = try await world.deployment.cancel(World.paper, reason: "enough")
    #expect(ended.first == World.paper && ended.count == 3)
    gate.opened.ring()
    try await world.drive(first)
    await first.stop()
    #expect(first.events.contains { if case .cancelled = $0 { true } else { false } })
    #expect(world.provider.calls.allSatisfy { $0.attempt.stream.kind != .run })
    let evidence = try await Evidence(world)
    #expect(violations(evidence) + violationsAtTheEnd(evidence) == [])
  }

  @Test func `a cancelled run is folded in as cancelled, and the paper continues`() async throws {
    let (world, gate) = gated(.run)
    try await world.submitPaper()
    let first = world.start("first")
    try await gate.reached.wait(past: 0)
    let run = World.paper.run(visit: 1, ordinal: 0)
    #expect(try await world.deployment.cancel(run, reason: "no use") == [run])
    gate.opened.ring()
    try await world.drive(first)
    await first.stop()
    let evidence = try await Evidence(world)
    #expect(violations(evidence) + violationsAtTheEnd(evidence) == [])
    #expect(evidence.state(World.paper).end == .done)
    let folds = (evidence.journals[World.paper] ?? []).filter {
      if case .folded(run, .cancelled, _) = $0.fact { true } else { false }
    }
    #expect(folds.count == 1)
  }

  @Test func `a superseded worker publishes only the cost of its call`() async throws {
    // The call of the first costly step of the paper.
    let quiet = try await Ordeal.run(Script.small, fault: nil)
    let call = try #require(quiet.calls.firstIndex(of: "provider"))
    let ordeal = try await Ordeal.run(Script.small, fault: (call, .freezeBefore))
    #expect(ordeal.found == [])
    let thawed = ordeal.evidence.journals.flatMap { stream, entries in
      entries.filter { ordeal.evidence.authors[stream]?[$0.number]?.name == "first" }.map(\.fact.word)
    }
    #expect(thawed.last == "settledLate" || thawed.contains("settledLate"))
    #expect(
      ordeal.callsAfterThaw.filter { $0.hasPrefix("publish") || $0.hasPrefix("append") } == [
        "append stepFinished campaign", "append settledLate campaign",
      ])
  }

  @Test func `a new cap by another process does not oust the worker`() async throws {
    let (world, gate) = gated(.plot)
    try await world.submitCampaign()
    let first = world.start("first")
    try await gate.reached.wait(past: 0)
    try await world.deployment.setCap(Money(nanodollars: 5_000), of: World.paper)
    gate.opened.ring()
    try await world.drive(first)
    await first.stop()
    #expect(!first.events.contains { if case .superseded = $0 { true } else { false } })
    let state = try await world.state(of: World.paper)
    #expect(state.end == .done && state.cap == Money(nanodollars: 5_000))
  }

  @Test func `a cap below the books is refused`() async throws {
    let (world, gate) = gated(.plot)
    try await world.submitCampaign()
    let first = world.start("first")
    try await gate.reached.wait(past: 0)
    await #expect(throws: OperationError.self) {
      try await world.deployment.setCap(Money(nanodollars: 1), of: World.paper)
    }
    gate.opened.ring()
    await first.stop()
  }

  @Test func `after all messages are lost, recovery finishes everything`() async throws {
    let quiet = try await Ordeal.run(Script.small, fault: nil)
    for call in stride(from: 0, to: quiet.calls.count, by: 5) {
      let world = World(Script.small)
      try await world.submitCampaign()
      let first = world.start("first", fault: (call, .crashBefore))
      try await world.drive(first)
      await first.stop()
      let hasBegun = try await !world.journal.entries(of: World.campaign, from: 0).isEmpty
      world.log.lose()
      _ = try await world.deployment.recover()
      world.clock.advance(seconds: 60)
      let second = world.start("second")
      try await world.drive(second)
      await second.stop()
      let evidence = try await Evidence(world)
      #expect(violations(evidence) + violationsAtTheEnd(evidence) == [], "call \(call), \(quiet.calls[call])")
      #expect(!hasBegun || evidence.journals[World.paper] != nil, "call \(call)")
    }
  }

  @Test func `a replay never pays again for a finished step`() async throws {
    let world = World()
    try await world.submitPaper()
    let first = world.start("a")
    try await world.drive(first)
    await first.stop()
    let before = world.provider.calls
    let cost = try await world.state(of: World.paper).books.total
    for stage in [Stage.write, .design, .novelty] {
      try await world.deployment.replay(World.paper, from: stage, reason: "again")
      let again = world.start("again \(stage)")
      try await world.drive(again)
      await again.stop()
      #expect(try await world.state(of: World.paper).end == .done)
    }
    #expect(world.provider.calls == before)
    #expect(try await world.state(of: World.paper).books.total == cost)
  }

  @Test func `a run that its paper has taken in is not run again behind the paper's books`() async throws {
    var script = Script.small
    script.campaignRounds = []
    script.rounds = [1]
    script.special[.run] = { _, _ in throw Failure(kind: "broken", "The code does not run.") }
    let world = World(script)
    try await world.submitPaper()
    let worker = world.start("a")
    try await world.drive(worker)
    await worker.stop()
    let run = World.paper.run(visit: 1, ordinal: 0)
    guard case .dead? = try await world.state(of: run).end else {
      Issue.record("the run is not dead")
      return
    }
    await #expect(throws: OperationError.self) {
      try await world.deployment.replay(run, from: .run, reason: "again")
    }
  }

  @Test func `a replay needs no money for runs that are on the books already`() async throws {
    var script = Script()
    script.allowance = Script.reserved * 5
    // Exactly enough room: two runs, seven steps, and the reservation of the last one beyond its cost.
    script.paperCap = script.allowance * 2 + Script.cost * 6 + Script.reserved
    script.special[.run] = { _, hand in
      var last = ""
      for index in 0..<5 { last = try await hand.step("long", request: "\(index)", cost: Script.reserved) }
      return .finished(result: try await hand.surroundings.keep(json: last))
    }
    let world = World(script)
    try await world.submitPaper()
    let first = world.start("a")
    try await world.drive(first)
    await first.stop()
    let before = world.provider.calls
    try await world.deployment.replay(World.paper, from: .design, reason: "again")
    let again = world.start("b")
    try await world.drive(again)
    await again.stop()
    let evidence = try await Evidence(world)
    #expect(violations(evidence) + violationsAtTheEnd(evidence) == [])
    #expect(evidence.state(World.paper).end == .done)
    #expect(world.provider.calls == before)
  }

  @Test(arguments: [("a.1", false), ("a.b.12", false), ("a-1", true), ("a.b", false), ("1", true)])
  func `a campaign can't have the name of a paper`(_ name: String, _ isFree: Bool) async throws {
    let world = World()
    let template = TemplateBundle(name: "t", files: FileTree([]))
    let campaign = CampaignDefinition(
      name: name, template: template, ideas: 1, scientist: "sweep", timeLimitSeconds: 1, budget: Money(nanodollars: 9))
    if isFree {
      #expect(try await world.deployment.submit(campaign).stream.name == name)
    } else {
      await #expect(throws: OperationError.self) { try await world.deployment.submit(campaign) }
    }
  }
}
