import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import StageWorker
import Testing

@Suite struct OutcomeTests {
  private func world(_ stage: Stage, _ special: @escaping Script.Handling) -> World {
    var script = Script()
    script.special[stage] = special
    return World(script)
  }

  @Test func `a finished step is answered from the journal, with the value that was kept`() async throws {
    let world = world(.novelty) { visit, hand in
      let first = try await hand.step()
      if hand.life.worker.name == "a" { throw Failure(kind: "later", "Not yet.", retryability: .transient) }
      let again = try await hand.step(request: first)
      return .finished(result: try await hand.surroundings.keep(json: again))
    }
    try await world.submitPaper()
    let first = world.start("a", policy: RetryPolicy(mostFailures: 2, mostLosses: 1, delaysSeconds: [10]))
    try await world.until { first.events.contains { if case .willRetry = $0 { true } else { false } } }
    await first.stop()
    let second = world.start("b")
    try await world.drive(second)
    await second.stop()
    let novelty = world.provider.calls.filter { $0.attempt.step.stage == .novelty }
    #expect(novelty.map(\.attempt.attempt) == [1, 1])
    #expect(Set(novelty.map(\.attempt.step)).count == 2)
    let evidence = try await Evidence(world)
    #expect(violations(evidence) + violationsAtTheEnd(evidence) == [])
  }

  @Test func `a step over the cap is never called, and its stream is dead-lettered as exhausted`() async throws {
    let world = world(.novelty) { _, hand in
      _ = try await hand.step(reserving: Money(nanodollars: 1_001))
      return nil
    }
    try await world.submitPaper()
    let worker = world.start("a")
    try await world.drive(worker)
    await worker.stop()
    #expect(world.provider.calls.isEmpty)
    let dead = try await world.deployment.deadLetters()
    #expect(dead.map { $0.header(HeaderName.errorKind) } == [Failure.budgetExhaustedKind])
    #expect(dead.first?.topic == Topic.work(.novelty).deadLetters)
    #expect(dead.first?.header(HeaderName.stream) == World.paper.description)
    guard case .dead(.novelty, _) = try await world.state(of: World.paper).end else {
      Issue.record("the paper is not dead")
      return
    }
  }

  @Test(arguments: [false, true])
  func `one raise, to what the advice says, carries a paper to its end`(_ snoozes: Bool) async throws {
    var script = Script()
    script.paperCap = Money(nanodollars: 5)
    script.snoozesWhenExhausted = snoozes
    // Two runs, a step for each stage and a plan.
    let usual = script.allowance * 2 + Script.reserved * 8
    let world = World(script, usualBudget: usual)
    try await world.submitCampaign()
    let worker = world.start("a")
    if snoozes {
      try await world.until { worker.events.contains { if case .snoozed = $0 { true } else { false } } }
    } else {
      try await world.drive(worker)
    }
    let state = try await world.state(of: World.paper)
    let said = if case .dead(_, let failure)? = state.end { failure.description } else { state.release?.reason ?? "" }
    let words = said.split(separator: "`").first { $0.hasPrefix("shoal budget c.1 --to ") }?.split(separator: " ")
    let cap = try #require(words.flatMap { Money(dollars: String($0[4])) })
    #expect(cap == usual)
    _ = try await world.deployment.setCap(cap, of: World.paper, raisingCampaign: true)
    if !snoozes { try await world.deployment.replay(World.paper, from: .novelty, reason: "raised") }
    try await world.drive(worker)
    await worker.stop()
    #expect(try await world.state(of: World.paper).end == .done)
  }

  @Test func `with snoozing, a step over the cap waits and runs after a raise`() async throws {
    var script = Script()
    script.snoozesWhenExhausted = true
    script.special[.novelty] = { _, hand in
      _ = try await hand.step(reserving: Money(nanodollars: 1_500))
      return nil
    }
    let world = World(script)
    try await world.submitPaper()
    let worker = world.start("a")
    try await world.until { worker.events.contains { if case .snoozed(_, _, _, 600) = $0 { true } else { false } } }
    let before = try await world.state(of: World.paper)
    #expect(before.end == nil && before.failures == 0 && before.losses == 0)
    // While nothing changes, waiting leaves no entry.
    for rounds in 2...3 {
      try await world.until { world.log.earliestDue != nil }
      world.clock.advance(seconds: 600)
      world.log.wake()
      try await world.until { worker.events.count { if case .snoozed = $0 { true } else { false } } == rounds }
    }
    #expect(try await world.state(of: World.paper).length == before.length)
    _ = try await world.journal.append(
      .capChanged(Money(nanodollars: 3_000)), to: World.paper, at: before.length)
    try await world.drive(worker)
    await worker.stop()
    #expect(try await world.state(of: World.paper).end == .done)
  }

  @Test func `a transient failure is tried again after its tier, and the attempt is counted`() async throws {
    let world = world(.novelty) { visit, hand in
      if hand.life.claims() < 3 { throw Failure(kind: "later", "Not yet.", retryability: .transient) }
      return nil
    }
    try await world.submitPaper()
    let began = world.clock.nowMicroseconds
    let worker = world.start("a")
    try await world.drive(worker)
    await worker.stop()
    var attempts: [Int] = []
    for case .claimed(_, .novelty, _, let attempt) in worker.events { attempts.append(attempt) }
    #expect(attempts == [1, 2, 3])
    #expect(world.clock.nowMicroseconds - began == 70_000_000)
    #expect(try await world.state(of: World.paper).end == .done)
  }

  @Test func `after the fifth failure a stage is given up, with the first and the last failure's time`() async throws {
    let world = world(.novelty) { _, _ in throw Failure(kind: "later", "Not yet.", retryability: .transient) }
    try await world.submitPaper()
    let worker = world.start("a")
    try await world.drive(worker)
    await worker.stop()
    let letter = try #require(try await world.deployment.deadLetters().first)
    #expect(letter.header(HeaderName.attempt) == "5")
    let first = try #require(letter.header(HeaderName.firstFailure).flatMap { Int64($0) })
    let last = try #require(letter.header(HeaderName.lastFailure).flatMap { Int64($0) })
    #expect(last - first == 4_270_000_000)
  }

  @Test func `a body that can't be read becomes a dead letter byte for byte`() async throws {
    let world = World()
    let body: [UInt8] = [0xff, 0x00, 0x9c, 0x0a]
    world.log.publish([Message(topic: .work(.plot), key: "k", body: body, headers: ["campaign": "c", "mine": "x"])])
    let worker = world.start("a")
    try await world.drive(worker)
    await worker.stop()
    let letter = try #require(try await world.deployment.deadLetters().first)
    #expect(letter.stored.message.body == body)
    #expect(letter.header("mine") == "x")
    #expect(letter.header(HeaderName.errorKind) == "undecodable")
    #expect(letter.header(HeaderName.originTopic) == "work.plot")
    #expect(letter.header(HeaderName.worker) == "a")
  }

  @Test func `a body of a newer version becomes a dead letter, byte for byte`() async throws {
    let world = World()
    let body: [UInt8] = [0x08, 0x02, 0xff]
    world.log.publish([Message(topic: .work(.plot), key: "paper/c.1", body: body)])
    let worker = world.start("a")
    try await world.drive(worker)
    await worker.stop()
    let letter = try #require(try await world.deployment.deadLetters().first)
    #expect(letter.stored.message.body == body)
    #expect(letter.header(HeaderName.errorKind) == "unknownVersion")
    #expect(letter.stream == World.paper)
    #expect(letter.header(HeaderName.trace) == TraceID(of: World.paper).text)
  }

  @Test(arguments: [false, true])
  func `a handler that kills its worker twelve times is dead-lettered`(_ forgetsCounts: Bool) async throws {
    var script = Script()
    script.special[.novelty] = { _, hand in
      hand.life.die()
      throw Life.Dead()
    }
    let world = World(script, forgetsCounts: forgetsCounts)
    try await world.submitPaper()
    for attempt in 1...12 {
      let worker = world.start("w\(attempt)")
      try await world.drive(worker)
      #expect(worker.hasEnded)
      world.log.expel(worker.life.worker)
      world.clock.advance(seconds: 60)
    }
    let last = world.start("last")
    try await world.drive(last)
    await last.stop()
    let letter = try #require(try await world.deployment.deadLetters().first)
    #expect(letter.header(HeaderName.errorKind) == "poison")
    #expect(!last.events.contains { if case .stageFinished = $0 { true } else { false } })
  }

  @Test func `a handler's error after a cancellation is no failure`() async throws {
    let world = world(.novelty) { _, hand in
      hand.life.signal.ring()
      do { try await Doorbell().wait(past: 0) } catch { throw Failure(kind: "confused", "Something broke.") }
      return nil
    }
    try await world.submitPaper()
    let worker = world.start("a", drainLimit: .seconds(5))
    try await world.until { worker.events.contains { if case .claimed = $0 { true } else { false } } }
    worker.cancel()
    worker.sleeper.letGo(.seconds(5))
    #expect(await worker.end() == nil)
    let entries = try await world.journal.entries(of: World.paper, from: 0)
    #expect(entries.last?.fact == .released(stage: .novelty, reason: "the worker stops"))
    #expect(world.log.rows.map(\.place) == [.ready])
  }

  @Test(arguments: Life.Fault.allCases, [false, true])
  func `whatever call is struck, a stream that dies leaves a dead letter`(
    _ kind: Life.Fault, _ forgetsCounts: Bool
  ) async throws {
    var script = Script()
    script.special[.novelty] = { _, _ in throw Failure(kind: "hopeless", "It will never work.") }
    let quiet = World(script)
    try await quiet.submitPaper()
    let unharmed = quiet.start("a")
    try await quiet.drive(unharmed)
    let calls = unharmed.life.calls
    await unharmed.stop()
    for call in calls.indices {
      let world = World(script, forgetsCounts: forgetsCounts)
      try await world.submitPaper()
      let first = world.start("first", fault: (call, kind))
      try await world.drive(first)
      world.log.expel(first.life.worker)
      world.clock.advance(seconds: 60)
      let second = world.start("second")
      try await world.drive(second)
      first.life.thaw()
      try await world.drive(first)
      await second.stop()
      await first.stop()
      let letters = try await world.deployment.deadLetters()
      #expect(letters.map { $0.header(HeaderName.errorKind) } == ["hopeless"], "call \(call), \(calls[call])")
    }
  }
}
