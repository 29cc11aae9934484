import Operations
import PaperModel
import PipelineRules
import StageWorker
import Testing

/// Steps that are over and whose price is not known.
@Suite(.timeLimit(.minutes(10))) struct UnsettledTests {
  @Test(arguments: Life.Fault.allCases)
  func `whatever call is struck, a step without a price is kept on the books and not paid again`(
    _ kind: Life.Fault
  ) async throws {
    let quiet = try await Ordeal.run(.unpriced, fault: nil)
    #expect(quiet.found == [])
    #expect(quiet.evidence.state(World.paper).books.uncertain == Script.large * 2)
    for call in quiet.calls.indices {
      let ordeal = try await Ordeal.run(.unpriced, fault: (call, kind))
      #expect(ordeal.found == [], "call \(call), \(kind)")
      let sealed = try await Ordeal.run(
        .unpriced, fault: (call, kind), settlements: { SealingSettlements(provider: $0) })
      #expect(sealed.found == [], "call \(call), \(kind)")
    }
  }

  @Test func `a later visit finds the price by its provider`() async throws {
    let quiet = try await Ordeal.run(.unpriced, fault: nil, settlements: { SealingSettlements(provider: $0) })
    let books = quiet.evidence.state(World.paper).books
    #expect(quiet.found == [] && books.uncertain == .zero)
    #expect(books.lines.filter { $0.state == .unsettled }.map(\.charge?.money) == [Script.cost, Script.cost])
  }

  @Test func `a person settles a step, once, at any amount, and the paper that waited goes on`() async throws {
    var script = Script()
    script.rounds = []
    script.special[.novelty] = { _, hand in
      var results: [String] = []
      for request in ["a", "b", "c"] {
        results.append(
          try await hand.step(
            "model", request: request, reserving: Script.large,
            ending: { _ in request == "c" ? .settled : .withoutPrice }))
      }
      return .finished(result: try await hand.surroundings.keep(json: results))
    }
    // Two reservations fit, but not a third beside them.
    script.paperCap = Script.large * 2 + Script.reserved * 2
    script.snoozesWhenExhausted = true
    let world = World(script)
    try await world.submitPaper()
    let worker = world.start("a")
    try await world.until { worker.events.contains { if case .snoozed = $0 { true } else { false } } }
    let steps = try await world.deployment.uncertainSteps(of: World.paper)
    #expect(steps.map(\.line.receipt?.endpoint) == ["provider", "provider"])
    try await world.deployment.settle(steps[0], at: .zero)
    await #expect(throws: OperationError.self) { try await world.deployment.settle(steps[0], at: Script.cost) }
    try await world.deployment.settle(steps[1], at: .zero)
    try await world.drive(worker)
    await worker.stop()
    let state = try await world.state(of: World.paper)
    #expect(state.end == .done && state.books.uncertain == .zero)
    #expect(try await world.deployment.uncertainSteps(of: World.paper).isEmpty)
  }

  @Test func `a price above the reservation is charged in full`() async throws {
    let world = World(.unpriced)
    _ = try await world.workedPaper()
    let step = try #require(try await world.deployment.uncertainSteps(of: World.paper).first)
    let before = try await world.state(of: World.paper).books
    try await world.deployment.settle(step, at: Script.large * 5)
    let after = try await world.state(of: World.paper).books
    #expect(after.total == before.total + Script.large * 4 && after.settled == before.settled + Script.large * 5)
  }
}

extension Script {
  /// A paper whose first stage takes three steps: one whose price never comes, one whose first answer is cut off, and a
  /// usual one.
  static var unpriced: Script {
    var script = Script()
    script.rounds = []
    script.special[.novelty] = { _, hand in
      let results = [
        try await hand.step("model", request: "whole", reserving: large, ending: { _ in .withoutPrice }),
        try await hand.step("model", request: "cut", reserving: large, ending: { $0 == 1 ? .cut : .settled }),
        try await hand.step("model", request: "usual"),
      ]
      return .finished(result: try await hand.surroundings.keep(json: results))
    }
    return script
  }
}
