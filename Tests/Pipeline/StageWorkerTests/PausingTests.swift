import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import StageWorker
import Testing

/// A paused campaign's items wait in the worker, and cost nothing meanwhile.
@Suite(.timeLimit(.minutes(10))) struct PausingTests {
  @Test func `a paused campaign is held back, and goes on when it is let go`() async throws {
    let world = World()
    try await world.submitPaper()
    try await world.deployment.setPaused(true, campaign: StreamID(.campaign, "c")!)
    let worker = world.start("a")
    try await world.until { worker.parked == 1 }
    #expect(try await world.journal.entries(of: World.paper, from: 0).isEmpty)
    try await world.deployment.setPaused(false, campaign: StreamID(.campaign, "c")!)
    try await world.drive(worker)
    await worker.stop()
    #expect(try await world.state(of: World.paper).end == .done)
  }

  /// A campaign that was submitted and paused before a worker took it.
  private func paused() async throws -> (World, StreamID) {
    let world = World()
    try await world.submitCampaign()
    let opening = try await world.opening(cap: Money(nanodollars: 10_000))
    #expect(try await world.journal.append(.opened(opening), to: World.campaign, at: 0))
    try await world.deployment.setPaused(true, campaign: World.campaign)
    return (world, World.campaign)
  }

  @Test func `ten minutes' pause writes no message, takes no slot, and ends within two seconds`() async throws {
    let world = World()
    try await world.submitPaper()
    let campaign = StreamID(.campaign, "c")!
    try await world.deployment.setPaused(true, campaign: campaign)
    let worker = world.start("a")
    try await world.until { worker.parked == 1 }
    let other = StreamID(.paper, "d.1")!
    let opening = Opening(campaign: "d", title: "", cap: Script().paperCap, definition: try await world.blobs.keep([]))
    world.log.publish([Message(WorkItem(stream: other, stage: .novelty, opening: opening))])
    try await world.until {
      worker.events.contains { if case .stageFinished(other, .novelty, _) = $0 { true } else { false } }
    }
    let calls = worker.life.calls.count
    for _ in 0..<1_200 {
      try await world.until { worker.sleeper.isSlept(World.parking.every) }
      worker.sleeper.step(World.parking.every)
    }
    try await world.until { worker.sleeper.isSlept(World.parking.every) }
    let during = worker.life.calls.dropFirst(calls).filter { $0.contains("\(Topic.work(.novelty))") }
    #expect(!during.contains { $0.hasPrefix("retry") || $0.hasPrefix("giveBack") } && worker.parked == 1)
    #expect(world.log.rows[0].count == 1)
    try await world.deployment.setPaused(false, campaign: campaign)
    for _ in 0..<4 where worker.parked == 1 {
      worker.sleeper.step(World.parking.every)
      try await world.until { worker.parked == 0 || worker.sleeper.isSlept(World.parking.every) }
    }
    #expect(worker.parked == 0)
    try await world.drive(worker)
    await worker.stop()
    #expect(try await world.state(of: World.paper).end == .done)
  }

  @Test func `paused items over the limit wait for an hour, and return when the campaign is resumed`()
    async throws
  {
    let (world, campaign) = try await paused()
    let worker = world.start("a", mostPaused: 0)
    try await world.until { worker.events.contains { if case .snoozed(_, _, _, 3600) = $0 { true } else { false } } }
    let before = world.clock.nowMicroseconds
    try await world.deployment.setPaused(false, campaign: campaign)
    try await world.until {
      worker.events.contains { if case .stageFinished(campaign, .ideate, _) = $0 { true } else { false } }
    }
    #expect(world.clock.nowMicroseconds == before)
    try await world.drive(worker)
    await worker.stop()
    #expect(try await world.state(of: World.paper).end == .done)
  }

  @Test func `a paused campaign that is cancelled ends, and its items with it`() async throws {
    let (world, campaign) = try await paused()
    let worker = world.start("a")
    try await world.until { worker.parked == 1 }
    #expect(try await world.deployment.cancel(campaign, reason: "enough") == [campaign])
    try await world.drive(worker)
    await worker.stop()
    #expect(world.log.rows.allSatisfy { $0.place == .done } && world.log.control.isEmpty)
  }

  @Test func `the items of a cancelled paper end while its campaign is paused`() async throws {
    let world = World()
    try await world.submitPaper()
    let opening = try await world.opening(cap: Money(nanodollars: 10_000))
    #expect(try await world.journal.append(.opened(opening), to: World.campaign, at: 0))
    let paper = Opening(campaign: "c", title: "", cap: world.script.paperCap, definition: opening.definition)
    #expect(try await world.journal.append(.opened(paper), to: World.paper, at: 0))
    try await world.deployment.setPaused(true, campaign: World.campaign)
    #expect(try await world.deployment.cancel(World.paper, reason: "enough") == [World.paper])
    let worker = world.start("a")
    try await world.drive(worker)
    await worker.stop()
    #expect(worker.parked == 0 && world.log.rows.allSatisfy { $0.place == .done })
  }
}
