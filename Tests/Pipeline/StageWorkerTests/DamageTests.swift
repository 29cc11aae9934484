import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import StageWorker
import Testing

/// One damaged journal, and the work on everything else.
@Suite struct DamageTests {
  private static let step = StepID(
    stage: .novelty, visit: 1, name: "s", ordinal: 0, requestDigest: String(repeating: "0", count: 64))

  /// Appends an entry that ends a step which was never reserved.
  private func damage(_ stream: StreamID, _ world: World) async throws {
    let number = Int64(try await world.journal.entries(of: stream, from: 0).count)
    _ = try await world.journal.append(.stepAbandoned(Self.step(on: stream), attempt: 1), to: stream, at: number)
  }

  private static func step(on stream: StreamID) -> StepID {
    StepID(
      stage: StageGraph.first(of: stream.kind), visit: 1, name: "s", ordinal: 0,
      requestDigest: String(repeating: "0", count: 64))
  }

  @Test func `a paper whose journal is damaged is set aside once, and the others are finished`() async throws {
    let world = World()
    try await world.submitPaper()
    let opening = try await world.opening(cap: world.script.paperCap)
    _ = try await world.journal.append(.opened(opening), to: World.paper, at: 0)
    try await damage(World.paper, world)
    let other = World.campaign.paper(2)
    world.log.publish([Message(WorkItem(stream: other, stage: .novelty, opening: opening))])
    let worker = world.start("a")
    try await world.drive(worker)
    #expect(try await world.state(of: other).end == .done)
    let letters = try await world.deployment.deadLetters()
    #expect(letters.map(\.stream) == [World.paper])
    #expect(letters.first?.header(HeaderName.errorKind) == "damagedJournal")
    let words = letters.first?.header(HeaderName.errorMessage) ?? ""
    #expect(words.contains("Entry 1 of paper/c.1") && words.contains("never reserved"), "\(words)")
    #expect(try await world.journal.entries(of: World.paper, from: 0).count == 2, "the damaged journal was added to")
    // Whatever comes for it later makes no second letter.
    try await world.submitPaper()
    try await world.drive(worker)
    await worker.stop()
    #expect(try await world.deployment.deadLetters().count == 1)
    #expect(worker.events.count { if case .deadLettered(World.paper, _, _) = $0 { true } else { false } } == 1)
  }

  @Test func `a paper goes on without a run whose journal is damaged, and keeps its allowance on the books`()
    async throws
  {
    let world = World()
    try await world.submitPaper()
    let first = world.start("a", topics: Topic.allWork.filter { $0 != .work(.run) })
    try await world.drive(first)
    await first.stop()
    let run = try #require(try await world.state(of: World.paper).openRuns.first).ask
    _ = try await world.journal.append(.opened(run.opening), to: run.run, at: 0)
    try await damage(run.run, world)
    let second = world.start("b")
    try await world.drive(second)
    await second.stop()
    let state = try await world.state(of: World.paper)
    #expect(state.end == .done)
    #expect(state.books.runs[run.run] == run.opening.cap)
    #expect(try await world.deployment.deadLetters().map(\.stream) == [run.run])
    let folded = try await world.journal.entries(of: World.paper, from: 0).compactMap { entry -> RunEnd? in
      if case .folded(run.run, let end, _) = entry.fact { end } else { nil }
    }
    guard case .dead(let failure)? = folded.first, failure.kind == "damagedJournal" else {
      Issue.record("the run was folded in as \(folded)")
      return
    }
  }

  @Test func `recover, costs and cancel name the damaged stream and do the rest`() async throws {
    let world = World()
    try await world.submitCampaign()
    let worker = world.start("a", topics: [.work(.ideate)])
    try await world.drive(worker)
    await worker.stop()
    let papers = try await world.state(of: World.campaign).opened
    let bad = try #require(papers.first)
    _ = try await world.journal.append(.opened(bad.opening), to: bad.stream, at: 0)
    try await damage(bad.stream, world)
    let recovery = try await world.deployment.recover()
    #expect(recovery.damaged.map(\.damagedStream) == [bad.stream])
    #expect(recovery.published == papers.count - 1)
    let report = try await world.deployment.costs()
    #expect(report.damaged.map(\.damagedStream) == [bad.stream])
    await #expect(throws: JournalError.self) {
      _ = try await world.deployment.cancel(World.campaign, reason: "over")
    }
    for paper in papers.dropFirst() {
      guard case .cancelled = try await world.state(of: paper.stream).end else {
        Issue.record("\(paper.stream) was not cancelled")
        continue
      }
    }
  }

  @Test func `a record of executions that can't be read fails no paper, and what it would settle stays uncertain`()
    async throws
  {
    var script = Script.small
    (script.rounds, script.campaignRounds) = ([], [])
    script.special[.novelty] = { _, hand in
      .finished(result: try await hand.surroundings.keep(json: try await hand.step("sandbox.x", request: "x")))
    }
    let calls = try await Ordeal.run(script, fault: nil).calls
    let call = try #require(calls.indices.filter { calls[$0] == "provider" }.dropFirst().first)
    let ordeal = try await Ordeal.run(script, fault: (call, .crashAfter), settlements: { _ in TornBook() })
    #expect(ordeal.evidence.state(World.paper).end == .done)
    #expect(ordeal.evidence.state(World.paper).books.uncertain == Script.reserved)
  }
}

/// A book whose pages are damaged.
private struct TornBook: Settlements {
  func finalCharge(of attempt: StepAttempt) async throws -> Charge? {
    throw Failure(kind: "sandbox", "The page of \(attempt) is damaged.")
  }
}
