import Journal
import MessageLog
import PaperModel
import PipelineRules
import StageWorker
import Testing

/// A worker whose machine can't begin what it takes leaves it to others, and takes nothing new for a while.
@Suite(.timeLimit(.minutes(10))) struct RestingTests {
  /// A world in which the novelty stage fails on the machine of worker `bad`, until it has been tried often enough.
  private func world(_ tries: Int = .max) -> World {
    var script = Script()
    script.special[.novelty] = { visit, hand in
      if hand.life.worker.name == "bad", hand.life.claims() <= tries {
        throw Failure.ofMachine("Too many open files.")
      }
      return nil
    }
    return World(script)
  }

  private func rests(_ worker: RunningWorker) -> [Int] {
    worker.events.compactMap { if case .rests(_, let seconds) = $0 { seconds } else { nil } }
  }

  @Test func `another machine takes the item, and no attempt is counted`() async throws {
    let world = world()
    try await world.submitPaper()
    let bad = world.start("bad")
    let pause = Duration.seconds(WorkerConfiguration.restSeconds[0])
    try await world.until { bad.sleeper.isSlept(pause) }
    let state = try await world.state(of: World.paper)
    #expect(state.failures == 0 && state.losses == 0 && state.end == nil)
    let good = world.start("good")
    try await world.drive(good)
    await good.stop()
    #expect(try await world.state(of: World.paper).end == .done)
    #expect(bad.life.claims() == 1)
    await bad.stop()
    let evidence = try await Evidence(world)
    #expect(violations(evidence) + violationsAtTheEnd(evidence) == [])
  }

  @Test func `rests grow while nothing can be begun, and a worker that can again goes on`() async throws {
    let lengths = WorkerConfiguration.restSeconds
    let world = world(lengths.count + 1)
    try await world.submitPaper()
    let bad = world.start("bad")
    for seconds in lengths + [lengths[lengths.count - 1]] {
      try await world.until { bad.sleeper.isSlept(.seconds(seconds)) }
      // Its item waits in the log meanwhile.
      let due = world.log.earliestDue ?? 0
      world.clock.advance(microseconds: max(0, due - world.clock.nowMicroseconds))
      bad.sleeper.step(.seconds(seconds))
      try await world.until { !bad.sleeper.isSlept(.seconds(seconds)) }
      world.log.wake()
    }
    try await world.drive(bad)
    await bad.stop()
    #expect(rests(bad) == lengths + [lengths[lengths.count - 1]])
    #expect(try await world.state(of: World.paper).end == .done)
  }

  @Test func `work in hand goes on during a rest, and its end counts`() async throws {
    var script = Script()
    let gate = Gate()
    let other = StreamID(.paper, "c.2")!
    script.special[.novelty] = { visit, hand in
      if visit.stream == World.paper { throw Failure.ofMachine("Too many open files.") }
      try await gate.pass()
      return nil
    }
    let world = World(script)
    let opening = try await world.opening(cap: Script().paperCap)
    world.log.publish([Message(WorkItem(stream: other, stage: .novelty, opening: opening))])
    let worker = world.start("bad", slots: 2)
    try await gate.reached.wait(past: 0)
    try await world.submitPaper()
    try await world.until { worker.sleeper.isSlept(.seconds(10)) }
    gate.opened.ring()
    try await world.until {
      worker.events.contains { if case .stageFinished(other, .novelty, _) = $0 { true } else { false } }
    }
    #expect(worker.sleeper.isSlept(.seconds(10)))
    await worker.stop()
    #expect(try await world.state(of: other).losses == 0)
  }
}
