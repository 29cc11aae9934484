import PaperModel
import Roles
import ScienceTestSupport
import Testing

/// Checks every handler of a stage that a scientist does.
@Suite struct ScientistTests {
  static let stages = Stage.allCases.filter { $0 != .run }

  private func runs(_ stage: Stage, _ stand: Stand) async throws -> [StageVisit.AskedRun] {
    guard stage == .ideate else { return [] }
    let baseline = try await stand.surroundings.keep(json: stand.baseline)
    return [try await stand.run(0, of: .ideate, end: .finished(baseline))]
  }

  @Test(arguments: stages)
  func `a scientist that the worker does not have is a failure that another worker may not have`(
    _ stage: Stage
  ) async throws {
    let stand = try await Stand(scientist: "absent")
    let failure = await #expect(throws: Failure.self) {
      try await stand.decision(
        of: stage, results: try await stand.results(), runs: try await runs(stage, stand))
    }
    #expect(failure?.kind == Failure.noScientistKind && failure?.retryability == .later(afterSeconds: 60))
    #expect(failure?.message.contains("absent") == true && failure?.message.contains("scripted") == true)
    #expect(await stand.surroundings.steps == [])
  }

  @Test(arguments: stages)
  func `what a handler lacks is known before it works`(_ stage: Stage) async throws {
    for name in ["absent", "scripted"] {
      let stand = try await Stand(scientist: name)
      let definition =
        stage == .ideate
        ? try await stand.surroundings.keep(json: stand.campaign) : try await stand.surroundings.keep(json: stand.paper)
      let opening = Opening(campaign: "c", title: "t", cap: .zero, definition: definition)
      let lack = await stand.handler(stage).lack(for: opening, in: stand.surroundings)
      #expect(lack?.kind == (name == "absent" ? Failure.noScientistKind : nil))
      let unreadable = Opening(
        campaign: "c", title: "t", cap: .zero, definition: try await stand.surroundings.keep([1]))
      #expect(await stand.handler(stage).lack(for: unreadable, in: stand.surroundings) == nil)
    }
  }

  @Test(arguments: stages)
  func `an error of a role is the stage's failure`(_ stage: Stage) async throws {
    var stand = try await Stand()
    let own = Failure(kind: "own", "It can't be done.", advice: "Leave it.", retryability: .transient)
    stand.scientist.failure = own
    await #expect(throws: own) {
      try await stand.decision(
        of: stage, results: try await stand.results(), runs: try await runs(stage, stand))
    }
  }

  @Test(
    arguments: [
      (.plot, .design), (.write, .design), (.write, .plot), (.review, .write), (.review, .design), (.review, .plot),
      (.revise, .write), (.revise, .review), (.revise, .design), (.revise, .plot),
    ] as [(Stage, Stage)])
  func `a missing result of an earlier stage is named`(_ stage: Stage, _ missing: Stage) async throws {
    let stand = try await Stand()
    let failure = await #expect(throws: Failure.self) {
      try await stand.decision(of: stage, results: try await stand.results(without: missing))
    }
    #expect(failure?.kind == "missingResult")
    #expect(failure?.message == "paper/c.1 has no result of \(missing.rawValue), which \(stage.rawValue) needs.")
  }

  @Test func `names are sorted, and each scientist is found by its name`() throws {
    let scientists = Scientists([ScriptedScientist().named("b"), ScriptedScientist().named("a")])
    #expect(scientists.names == ["a", "b"])
    #expect(try scientists["b"].name == "b")
  }
}
