import PaperModel
import PipelineRules
import Testing

/// A fault is injected into every call of a worker to the outside, from a campaign's first message to its paper's end,
/// in every way; then another worker finishes. After the fault and at the end every invariant must hold.
@Suite struct CrashTests {
  @Test(arguments: Life.Fault.allCases)
  func `a fault in any call breaks no invariant`(_ kind: Life.Fault) async throws {
    let quiet = try await Ordeal.run(Script.small, fault: nil)
    #expect(quiet.found == [])
    #expect(nothingWasted(quiet.evidence) == [])
    var struck: Set<String> = []
    for call in quiet.calls.indices {
      let ordeal = try await Ordeal.run(Script.small, fault: (call, kind))
      #expect(ordeal.found == [], "call \(call), \(quiet.calls[call]), \(kind)")
      #expect(ordeal.untold == [], "call \(call), \(quiet.calls[call]), \(kind)")
      struck.insert(quiet.calls[call])
    }
    #expect(struck == Set(quiet.calls))
  }

  /// A record makes a difference to steps alone, so only calls during a step are struck.
  @Test(arguments: Life.Fault.allCases)
  func `whatever call of a step is struck, everything holds with settlements from the record`(
    _ kind: Life.Fault
  ) async throws {
    let quiet = try await Ordeal.run(Script.small, fault: nil)
    let calls = quiet.callsOfSteps
    #expect(calls.count > 10 && calls.contains { quiet.calls[$0] == "provider" })
    for call in calls {
      let ordeal = try await Ordeal.run(
        Script.small, fault: (call, kind), settlements: { SealingSettlements(provider: $0) })
      #expect(ordeal.found == [], "call \(call), \(quiet.calls[call]), \(kind)")
      for stream in ordeal.evidence.journals.keys {
        #expect(ordeal.evidence.state(stream).books.uncertain == .zero, "call \(call), \(quiet.calls[call]), \(kind)")
      }
    }
  }
}

extension Script {
  /// A campaign of one paper with two runs, one after the other, and one run of the campaign's own.
  static var small: Script {
    var script = Script()
    script.rounds = [1, 1]
    script.campaignRounds = [1]
    return script
  }
}

/// A campaign with one fault: the faulty worker, then one that finishes; a frozen one thaws last.
struct Ordeal {
  let calls: [String]
  let evidence: Evidence
  let found: [Violation]
  /// The calls of the frozen worker after it thawed, up to its goodbye.
  var callsAfterThaw: [String] = []
  /// Events that were not published, or not in order.
  var untold: [String] = []

  /// The calls from the start of a step to its end, both included.
  var callsOfSteps: [Int] {
    var open = 0
    return calls.indices.filter { index in
      if calls[index].hasPrefix("append stepStarted") { open += 1 }
      defer {
        if ["append stepFinished", "append stepFailed", "append stepUnsettled"].contains(where: calls[index].hasPrefix)
        {
          open -= 1
        }
      }
      return open > 0
    }
  }

  static func run(
    _ script: Script, fault: (call: Int, kind: Life.Fault)?, mistakes: any Mistakes = NoMistakes(),
    settlements: @escaping @Sendable (Provider) -> any Settlements = { _ in NoSettlements() }
  ) async throws -> Ordeal {
    let world = World(script, mistakes: mistakes, settlements: settlements)
    try await world.submitCampaign()
    var found: [Violation] = []
    var frozenAt: Int?
    let first = world.start("first", fault: fault)
    try await world.drive(first)
    if first.hasEnded || first.life.isFrozen {
      world.log.expel(first.life.worker)
      found += violations(try await Evidence(world))
      if first.life.isFrozen { world.clock.advance(seconds: 60) }
      let second = world.start("second")
      try await world.drive(second)
      found += violations(try await Evidence(world))
      if first.life.isFrozen {
        frozenAt = first.life.calls.count
        first.life.thaw()
        try await world.drive(first)
        found += violations(try await Evidence(world))
        try await world.drive(second)
      }
      await second.stop()
    }
    // If the fault strikes its goodbye, there is no call left to wait for.
    first.life.thaw()
    await first.stop()
    let evidence = try await Evidence(world)
    found += violations(evidence) + violationsAtTheEnd(evidence)
    let calls = first.life.calls
    return Ordeal(
      calls: calls, evidence: evidence, found: found, callsAfterThaw: frozenAt.map { Array(calls[$0...]) } ?? [],
      untold: try await world.untold())
  }
}
