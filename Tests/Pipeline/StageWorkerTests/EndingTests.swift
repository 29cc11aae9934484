import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import StageWorker
import Testing

/// A log that does not let a delivery end: its disk is full, or a topic refuses the message.
@Suite(.timeLimit(.minutes(10))) struct EndingTests {
  private func world(_ failure: Failure) -> World {
    var script = Script()
    script.special[.novelty] = { visit, hand in
      if visit.stream == World.paper, hand.life.claims() < 2 { throw failure }
      return nil
    }
    return World(script)
  }

  /// Starts a worker whose log refuses some ends, and waits for its first pause.
  private func start(_ world: World, refusing sites: Set<String>) async throws -> RunningWorker {
    let worker = world.start("a")
    worker.life.refuse(sites)
    try await world.submitPaper()
    world.log.wake()
    try await world.until { worker.unended == 1 }
    return worker
  }

  private func troubles(_ worker: RunningWorker) -> Int {
    worker.events.count { if case .troubled = $0 { true } else { false } }
  }

  @Test func `an item whose delivery can't end is not held for ever, and takes no slot`() async throws {
    let world = world(Failure(kind: "later", "Not yet.", retryability: .transient))
    let worker = try await start(world, refusing: ["retry", "giveBack"])
    for (number, pause) in World.endPauses.enumerated() {
      try await world.until { worker.sleeper.isSlept(pause) }
      #expect(troubles(worker) == number + 1)
      worker.sleeper.step(pause)
    }
    let other = StreamID(.paper, "c.2")!
    let opening = try await world.opening(cap: Script().paperCap)
    world.log.publish([Message(WorkItem(stream: other, stage: .novelty, opening: opening))])
    try await world.until {
      worker.events.contains { if case .stageFinished(other, _, nil) = $0 { true } else { false } }
    }
    worker.life.refuse([])
    try await world.drive(worker)
    await worker.stop()
    #expect(try await world.state(of: World.paper).end == .done)
    let evidence = try await Evidence(world)
    #expect(violations(evidence) + violationsAtTheEnd(evidence) == [])
  }

  @Test func `a dead letter that is refused is tried again after growing pauses, not at once`() async throws {
    let world = world(Failure(kind: "hopeless", "It will never work."))
    let worker = try await start(world, refusing: ["deadLetter"])
    let pauses = World.endPauses + [WorkerConfiguration.longestEndPause]
    for (number, pause) in pauses.enumerated() {
      try await world.until { worker.sleeper.isSlept(pause) }
      #expect(troubles(worker) == number + 1)
      worker.sleeper.step(pause)
    }
    #expect(worker.life.claims() == 1)
    worker.life.refuse([])
    try await world.drive(worker)
    await worker.stop()
    #expect(try await world.deployment.deadLetters().count == 1)
  }

  @Test func `a worker that stops gives back what it could not end`() async throws {
    let world = world(Failure(kind: "hopeless", "It will never work."))
    let worker = try await start(world, refusing: ["deadLetter"])
    await worker.stop()
    #expect(world.log.rows.map(\.place) == [.ready])
  }
}
