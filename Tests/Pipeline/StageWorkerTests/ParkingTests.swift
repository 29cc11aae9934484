import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import StageWorker
import Testing

/// A message log may revoke a delivery from a worker that keeps working on it: the worker that gets it next waits.
@Suite(.timeLimit(.minutes(10))) struct ParkingTests {
  /// A worker that works on a paper's novelty stage while another one has its delivery.
  private struct Moved {
    let world: World
    let gate = Gate()
    /// Where the second worker waits within the novelty stage of another paper.
    let busy = Gate()
    let first: RunningWorker
    let second: RunningWorker

    init(slots: Int = 1, mostParked: Int = World.parking.most) async throws {
      var script = Script()
      script.special[.novelty] = { [gate, busy] visit, hand in
        if hand.life.worker.name == "first" { try await gate.pass() }
        if visit.stream.name == "c.3" { try await busy.pass() }
        return nil
      }
      let world = World(script)
      try await world.submitPaper()
      first = world.start("first", topics: [.work(.novelty)])
      try await gate.reached.wait(past: 0)
      world.log.expel(first.life.worker)
      let second = world.start("second", slots: slots, mostParked: mostParked)
      try await world.until { mostParked == 0 || second.parked == 1 }
      self.world = world
      self.second = second
    }

    /// Lets half a second pass, and waits until the round is over.
    func round() async throws {
      try await world.until { world.isResting(second) || second.parked == 0 }
      let looks = second.life.calls.count { $0 == "liveness" }
      world.clock.advance(microseconds: 500_000)
      second.sleeper.step(World.parking.every)
      try await world.until {
        second.parked == 0
          || second.life.calls.count { $0 == "liveness" } > looks && second.sleeper.isSlept(World.parking.every)
      }
    }

    func check() async throws {
      let evidence = try await Evidence(world)
      #expect(violations(evidence) + violationsAtTheEnd(evidence) == [])
      #expect(evidence.state(World.paper).end == .done)
    }
  }

  @Test func `a stream whose worker lives is left to it, and is not claimed twice`() async throws {
    let moved = try await Moved()
    // Its heartbeat, every two seconds.
    for second in 0..<120 {
      if second % 4 == 0 { try await moved.world.journal.beat(moved.first.life.worker) }
      try await moved.round()
    }
    #expect(moved.second.parked == 1)
    moved.gate.opened.ring()
    try await moved.world.until { moved.first.events.contains { if case .stageFinished = $0 { true } else { false } } }
    try await moved.world.drive(moved.second)
    await moved.first.stop()
    await moved.second.stop()
    try await moved.check()
    let claims = try await moved.world.claims(of: .novelty)
    #expect(claims.map(\.name) == ["first"])
    #expect(!moved.second.events.contains { if case .snoozed = $0 { true } else { false } })
  }

  @Test func `a parking round costs one liveness request per owner, and mostly no journal read`() async throws {
    let moved = try await Moved()
    let before = moved.second.life.calls
    for _ in 0..<5 { try await moved.round() }
    let calls = moved.second.life.calls.dropFirst(before.count)
    #expect(calls.count { $0 == "liveness" } == 5)
    #expect(calls.count { $0.hasPrefix("entries") } == 0)
    moved.gate.opened.ring()
    await moved.first.stop()
    await moved.second.stop()
  }

  @Test func `a worker that says goodbye is replaced within a round`() async throws {
    let moved = try await Moved()
    try await moved.round()
    moved.first.cancel()
    moved.first.sleeper.letGo(.seconds(20))
    #expect(await moved.first.end() == nil)
    try await moved.round()
    #expect(moved.second.parked == 0)
    try await moved.world.drive(moved.second)
    await moved.second.stop()
    try await moved.check()
    #expect(try await moved.world.claims(of: .novelty).map(\.name) == ["first", "second"])
  }

  @Test func `a worker that is killed is succeeded as soon as its heartbeat is stale`() async throws {
    let moved = try await Moved()
    let began = moved.world.clock.nowMicroseconds
    moved.first.life.die()
    while moved.second.parked > 0 { try await moved.round() }
    let took = moved.world.clock.nowMicroseconds - began
    #expect((8_000_000...9_000_000).contains(took), "\(took)")
    try await moved.world.drive(moved.second)
    moved.gate.opened.ring()
    await moved.first.stop()
    await moved.second.stop()
    try await moved.check()
  }

  @Test func `a parked delivery takes no slot`() async throws {
    let moved = try await Moved()
    let other = StreamID(.paper, "c.2")!
    let opening = try await moved.world.opening(cap: Script().paperCap)
    moved.world.log.publish([Message(WorkItem(stream: other, stage: .plot, opening: opening))])
    moved.world.log.publish([Message(WorkItem(stream: other, stage: .novelty, opening: opening))])
    try await moved.world.until {
      moved.second.events.contains { if case .stageFinished(other, _, nil) = $0 { true } else { false } }
    }
    #expect(moved.second.parked == 1)
    moved.gate.opened.ring()
    await moved.first.stop()
    await moved.second.stop()
  }

  @Test func `a parked delivery is given back if all slots are busy when its stream is free`()
    async throws
  {
    let moved = try await Moved()
    let busy = StreamID(.paper, "c.3")!
    let opening = try await moved.world.opening(cap: Script().paperCap)
    moved.world.log.publish([Message(WorkItem(stream: busy, stage: .novelty, opening: opening))])
    try await moved.busy.reached.wait(past: 0)
    moved.first.cancel()
    moved.first.sleeper.letGo(.seconds(20))
    #expect(await moved.first.end() == nil)
    try await moved.world.until { moved.second.sleeper.isSlept(World.parking.every) }
    moved.second.sleeper.step(World.parking.every)
    try await moved.world.until { moved.second.parked == 0 }
    try await moved.world.until { moved.world.log.rows[0].place == .ready }
    moved.busy.opened.ring()
    try await moved.world.drive(moved.second)
    await moved.second.stop()
    #expect(try await moved.world.claims(of: .novelty).map(\.name) == ["first", "second"])
  }

  @Test func `parked deliveries are given back at once when the worker stops`() async throws {
    let moved = try await Moved()
    await moved.second.stop()
    #expect(moved.world.log.rows.map(\.place) == [.ready])
    #expect(!moved.second.sleeper.isSlept(World.parking.every))
    moved.gate.opened.ring()
    await moved.first.stop()
  }

  @Test func `if no more can be parked, the item is snoozed`() async throws {
    let moved = try await Moved(mostParked: 0)
    try await moved.world.until {
      moved.second.events.contains { if case .snoozed(_, _, _, 10) = $0 { true } else { false } }
    }
    moved.gate.opened.ring()
    await moved.first.stop()
    try await moved.world.drive(moved.second)
    await moved.second.stop()
    try await moved.check()
  }
}

extension World {
  /// The workers that claimed a stage of the paper.
  func claims(of stage: Stage) async throws -> [WorkerID] {
    try await journal.entries(of: Self.paper, from: 0).compactMap {
      if case .claimed(let worker, stage, _, _) = $0.fact { worker } else { nil }
    }
  }
}

/// A gate in a handler: signals that it was reached, and waits to be opened.
final class Gate: Sendable {
  let reached = Doorbell()
  let opened = Doorbell()
  func pass() async throws {
    reached.ring()
    try await opened.wait(past: 0)
  }
}
