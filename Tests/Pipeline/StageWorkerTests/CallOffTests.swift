import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import StageWorker
import Testing

/// Cancellations and pauses reach the worker that does the work.
@Suite(.timeLimit(.minutes(10))) struct CallOffTests {
  private static let look = Duration.seconds(2)

  /// A worker in a run whose only step never ends by itself.
  private struct LongRun {
    let world: World
    let worker: RunningWorker
    let run = World.paper.run(visit: 1, ordinal: 0)

    init() async throws {
      var script = Script()
      script.rounds = [1]
      let begun = Doorbell()
      script.special[.run] = { _, hand in
        let result = try await hand.surroundings.step("long", request: "an hour", reserving: Script.reserved) {
          attempt -> Settled<String> in
          try hand.provider.execute(attempt, cost: Script.cost)
          begun.ring()
          try await Doorbell().wait(past: 0)
          return Settled("never", charge: .none)
        }
        return .finished(result: try await hand.surroundings.keep(json: result))
      }
      world = World(script, settlements: { SealingSettlements(provider: $0) })
      try await world.submitPaper()
      worker = world.start("a")
      try await begun.wait(past: 0)
    }

    func look() async throws {
      try await world.until { worker.sleeper.isSlept(CallOffTests.look) }
      worker.sleeper.step(CallOffTests.look)
    }
  }

  @Test func `a cancelled run is stopped at the next poll, and its cost is settled`() async throws {
    let long = try await LongRun()
    _ = try await long.world.deployment.cancel(World.paper, reason: "enough")
    #expect(long.world.log.control.keys.sorted() == ["cancel/\(long.run)"])
    try await long.look()
    try await long.world.until { long.worker.events.contains { if case .cancelled = $0 { true } else { false } } }
    try await long.world.drive(long.worker)
    await long.worker.stop()
    #expect(long.world.log.control.isEmpty)
    let state = try await long.world.state(of: long.run)
    #expect(state.books.open.isEmpty && state.books.uncertain == .zero && state.books.total == Script.cost)
    #expect(long.world.log.rows.allSatisfy { !$0.isLive })
    #expect(violations(try await Evidence(long.world)) == [])
    #expect(try await long.world.untold() == [])
  }

  @Test func `a cancel flag without a cancelled journal stops no work`() async throws {
    let long = try await LongRun()
    try await long.world.deployment.log.setControl(ControlFlag.cancel(long.run), to: [])
    try await long.look()
    try await long.world.until { long.worker.sleeper.isSlept(Self.look) }
    #expect(long.world.log.rows.contains { $0.isLive && $0.message.key == long.run.description })
    #expect(try await long.world.state(of: long.run).claim?.isOver == false)
    long.worker.cancel()
    long.worker.sleeper.letGo(.seconds(20))
    #expect(await long.worker.end() == nil)
  }

  @Test func `old cancel flags are removed by a later cancellation`() async throws {
    let world = World()
    let left = ControlFlag.cancel(World.campaign)
    world.log.setControl(left, to: ControlFlag.value(atMicroseconds: world.clock.nowMicroseconds))
    world.log.setControl("pause/c", to: [1])
    try await world.submitCampaign()
    _ = try await world.deployment.cancel(World.paper, reason: "enough")
    #expect(world.log.control.keys.sorted() == [left, "pause/c"])
    world.clock.advance(seconds: 601)
    _ = try await world.deployment.cancel(World.paper, reason: "enough")
    #expect(world.log.control.keys.sorted() == ["pause/c"])
  }

  @Test func `a raise wakes a paper that waits for it, at once`() async throws {
    var script = Script()
    script.snoozesWhenExhausted = true
    script.special[.plot] = { _, hand in
      _ = try await hand.step(reserving: Money(nanodollars: 1_500))
      return nil
    }
    let world = World(script)
    try await world.submitCampaign()
    let worker = world.start("a")
    try await world.until { worker.events.contains { if case .snoozed(_, _, _, 600) = $0 { true } else { false } } }
    let before = world.clock.nowMicroseconds
    try await world.deployment.setCap(Money(nanodollars: 3_000), of: World.paper)
    try await world.until {
      worker.events.contains { if case .stageFinished(World.paper, .revise, _) = $0 { true } else { false } }
    }
    #expect(world.clock.nowMicroseconds == before)
    await worker.stop()
  }
}
