import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import Testing

/// The mistakes that the specifications name, planted at the worker's seams. Each schedule runs twice: the unchanged
/// worker keeps every invariant; with the mistake planted the checkers find the invariant that it breaks.
///
/// Planted below: `ordinalByCall`, `noPublish`, `unfenced`, `offTheBooks`, `acknowledgeFirst`, `publishFirst`,
/// `noRepublish`, `waitingFirst`, `deadSilent`, `dropEnded`, `everyVisit`, `foldSettledOnly`, `recoverJournals`,
/// `checkedBefore`, `givenUpWhileOpen`, `unsettledFree`; in the code only: `resultLostFree`.
/// By manipulated evidence, since no seam shows them: `foldUnjournaled`, `foldBeforeEntry`, `finishEarly`,
/// `waitForNothing`, `visitAtWaiting`, `leftOpen`, and a result of a step recorded twice.
/// Not planted: `nothingNew`, `claimOver`, `dropFolded`, `unsealed`, `capUnchecked`, `cancelSilent`, `cancelDone`,
/// `unsettledAgain`, `lookUpEarly`.
@Suite struct SpecificationTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var invariant: Violation.Invariant
    /// The call with the fault: the site, and the index of the call there, from 0; nil if no fault is needed.
    var blow: (site: String, index: Int, kind: Life.Fault)?
    var script = Script.small
    var plant: @Sendable () -> any Mistakes = { NoMistakes() }
    var settlements: @Sendable (Provider) -> any Settlements = { _ in NoSettlements() }
  }

  private static var dyingRuns: Script {
    var script = Script.small
    script.campaignRounds = []
    script.rounds = [1]
    script.special[.run] = { _, _ in throw Failure(kind: "broken", "The code does not run.") }
    return script
  }

  /// A cap with room for one reservation of the last step, not for two.
  private static var tight: Script {
    var script = Script.small
    script.rounds = []
    script.campaignRounds = []
    script.paperCap = Script.cost * 5 + Script.reserved
    return script
  }

  private static var oneRun: Script {
    var script = Script.small
    script.campaignRounds = []
    script.rounds = [1]
    return script
  }

  static let mistakes: [Mistake] = [
    Mistake(testDescription: "noPublish", invariant: .nothingLost, plant: { NextStageUnpublished() }),
    Mistake(
      testDescription: "unfenced", invariant: .fenced, blow: ("provider", 5, .freezeBefore), script: tight.roomy,
      plant: { Unfenced() }),
    Mistake(
      testDescription: "offTheBooks", invariant: .withinCap, blow: ("provider", 6, .freezeBefore), script: tight,
      settlements: { _ in ForgettingSettlements() }),
    Mistake(
      testDescription: "acknowledgeFirst", invariant: .nothingLost, blow: ("finish work.run.cpu", 0, .crashAfter),
      script: oneRun, plant: { Late(.work(.design), after: "append stageFinished run", until: .afterFinish) }),
    Mistake(
      testDescription: "publishFirst", invariant: .askedFirst, blow: ("append asked paper", 0, .crashBefore),
      script: oneRun, plant: { PublishFirst() }),
    Mistake(
      testDescription: "noRepublish", invariant: .runAlive, blow: ("append asked paper", 0, .crashAfter),
      script: oneRun, plant: { NothingAgain(topic: .work(.run)) }),
    Mistake(
      testDescription: "waitingFirst", invariant: .runAlive, blow: ("append waiting paper", 0, .crashAfter),
      script: oneRun, plant: { Late(.work(.run), after: "append asked paper", until: .afterWaiting) }),
    Mistake(
      testDescription: "deadSilent", invariant: .nothingLost, script: dyingRuns,
      plant: { Late(.work(.design), after: "append deadLettered run", until: .never) }),
    Mistake(
      testDescription: "dropEnded", invariant: .nothingLost, blow: ("append stageFinished run", 0, .crashAfter),
      script: oneRun, plant: { NothingAgain(topic: .work(.design)) }),
    Mistake(
      testDescription: "resultLostFree", invariant: .withinCap, blow: ("keep", 0, .failBefore), script: oneRun,
      plant: { ResultLostFree() }),
    Mistake(
      testDescription: "ordinalByCall", invariant: .neverAskedAnew, blow: ("append stepFinished paper", 0, .crashAfter),
      script: .sideBySide(["x", "y"]), plant: { OrdinalByCall() }),
    Mistake(
      testDescription: "checkedBefore", invariant: .withinCap, script: .narrow(isOrdered: false),
      plant: { CheckedBefore() }),
    Mistake(
      testDescription: "givenUpWhileOpen", invariant: .neverGivenUpInVain, script: .narrow(isOrdered: true),
      plant: { GivenUpWhileOpen() }),
    Mistake(
      testDescription: "unsettledFree", invariant: .ledger, script: .unpriced, plant: { UnsettledFree() }),
    Mistake(testDescription: "everyVisit", invariant: .nothingWasted, plant: { EveryVisit() }),
    Mistake(
      testDescription: "foldSettledOnly", invariant: .withinCap, blow: ("provider", 3, .freezeBefore), script: oneRun,
      plant: { FoldSettledOnly() }),
  ]

  private func ordeal(_ mistake: Mistake, planted: Bool) async throws -> [Violation] {
    var fault: (Int, Life.Fault)?
    if let blow = mistake.blow {
      let calls = try await Ordeal.run(mistake.script, fault: nil).calls
      let places = calls.indices.filter { calls[$0] == blow.site }
      let call = try #require(places.dropFirst(blow.index).first, "there is no such call")
      fault = (call, blow.kind)
    }
    let plant: any Mistakes = planted ? mistake.plant() : NoMistakes()
    let settlements = planted ? mistake.settlements : { @Sendable _ in NoSettlements() as any Settlements }
    let ordeal = try await Ordeal.run(mistake.script, fault: fault, mistakes: plant, settlements: settlements)
    return ordeal.found + (fault == nil ? nothingWasted(ordeal.evidence) : [])
  }

  @Test(arguments: mistakes) func `the worker as it is keeps every invariant`(_ mistake: Mistake) async throws {
    #expect(try await ordeal(mistake, planted: false) == [])
  }

  @Test(arguments: mistakes) func `the checkers find every planted mistake`(_ mistake: Mistake) async throws {
    let found = try await ordeal(mistake, planted: true)
    #expect(found.map(\.invariant).contains(mistake.invariant), "\(found)")
  }

  @Test(arguments: [false, true])
  func `a lost model call is found to be free if the sandbox's book settles it`(_ isPlanted: Bool) async throws {
    var script = Script.small
    (script.rounds, script.campaignRounds) = ([], [])
    script.special[.novelty] = { _, hand in
      .finished(result: try await hand.surroundings.keep(json: try await hand.step("model.complete", request: "x")))
    }
    let calls = try await Ordeal.run(script, fault: nil).calls
    let call = try #require(calls.indices.filter { calls[$0] == "provider" }.dropFirst().first)
    let ordeal = try await Ordeal.run(
      script, fault: (call, .crashAfter),
      settlements: { _ in isPlanted ? ForeignBook() as any Settlements : ProviderSettlements(["sandbox": ForeignBook()])
      })
    #expect(ordeal.found.map(\.invariant).contains(.ledger) == isPlanted)
    let uncertain = ordeal.evidence.state(World.paper).books.uncertain
    #expect(uncertain == (isPlanted ? .zero : Script.reserved))
  }

  @Test(arguments: [false, true]) func `recovery that knows journals only loses runs`(_ isPlanted: Bool) async throws {
    let world = World(Self.oneRun)
    try await world.submitCampaign()
    let calls = try await Ordeal.run(Self.oneRun, fault: nil).calls
    let call = try #require(calls.firstIndex(of: "append opened run"))
    let first = world.start("first", fault: (call, .crashBefore))
    try await world.drive(first)
    world.log.lose()
    _ = try await world.deployment.recover()
    if isPlanted { world.log.lose { $0.key.hasPrefix("run/") } }
    let found = violations(try await Evidence(world))
    #expect(found.map(\.invariant).contains(.runAlive) == isPlanted)
  }

  private func tampered(
    _ change: (inout [JournalEntry.Fact]) -> Void
  ) async throws -> [Violation] {
    var evidence = try await Ordeal.run(Self.oneRun, fault: nil).evidence
    #expect(violations(evidence) == [])
    var facts = (evidence.journals[World.paper] ?? []).map(\.fact)
    change(&facts)
    evidence.journals[World.paper] = facts.enumerated().map {
      JournalEntry(number: Int64($0.offset), atMicroseconds: 0, fact: $0.element)
    }
    return foldedOnce(evidence) + oneResult(evidence) + endIsWhole(evidence)
  }

  @Test func `a result that is taken in twice is found`() async throws {
    let found = try await tampered { facts in
      guard let fold = facts.firstIndex(where: { $0.word == "folded" }) else { return }
      facts.insert(facts[fold], at: fold)
    }
    #expect(found.map(\.invariant).contains(.foldedOnce))
  }

  @Test func `a stage that is finished without its fold is found`() async throws {
    let found = try await tampered { facts in facts.removeAll { $0.word == "folded" } }
    #expect(found.map(\.invariant).contains(.finishedWhole))
  }

  @Test func `a visit that waits without open runs is found`() async throws {
    let found = try await tampered { facts in
      guard let fold = facts.firstIndex(where: { $0.word == "folded" }) else { return }
      facts.insert(.waiting(stage: .design, visit: 9), at: fold + 1)
    }
    #expect(found.map(\.invariant).contains(.nothingLost))
  }

  @Test func `two asks with the same run names are found`() async throws {
    let found = try await tampered { facts in
      guard let ask = facts.firstIndex(where: { $0.word == "asked" }) else { return }
      facts.insert(facts[ask], at: ask)
    }
    #expect(found.map(\.invariant).contains(.foldedOnce))
  }

  @Test func `a stage that ends with a step open is found`() async throws {
    let found = try await tampered { facts in
      guard let end = facts.firstIndex(where: { $0.word == "stepFinished" }) else { return }
      facts.remove(at: end)
    }
    #expect(found.map(\.invariant).contains(.endIsWhole))
  }

  @Test func `a step with two results is found`() async throws {
    let found = try await tampered { facts in
      guard let end = facts.firstIndex(where: { $0.word == "stepFinished" }) else { return }
      facts.insert(facts[end], at: end)
    }
    #expect(found.map(\.invariant).contains(.oneResult))
  }
}

extension Script {
  /// The same with room for everything.
  fileprivate var roomy: Script {
    var script = self
    script.paperCap = Script().paperCap
    return script
  }
}
