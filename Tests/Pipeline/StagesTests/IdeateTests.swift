import PaperModel
import Roles
import ScienceTestSupport
import Stages
import Testing

@Suite struct IdeateTests {
  private func baseline(_ stand: Stand, _ end: RunEnd?) async throws -> [StageVisit.AskedRun] {
    [try await stand.run(0, of: .ideate, end: end)]
  }

  private func made(_ stand: Stand, problem: String? = nil, limit: ProgramLimit? = nil) async throws -> RunEnd {
    var result = Stand.result("run_0", problem: problem)
    result.limit = limit
    return .finished(try await stand.surroundings.keep(json: result))
  }

  @Test func `a template without a baseline is run first, as it is`() async throws {
    let stand = try await Stand()
    guard case .ask(let asks, _) = try await stand.decision(of: .ideate) else {
      Issue.record("it asks for no run")
      return
    }
    #expect(asks.map(\.run) == [Stand.stream.run(visit: 1, ordinal: 0)])
    let request = try await stand.surroundings.value(RunRequest.self, of: asks[0].opening.definition)
    #expect(request.code == stand.campaign.template.files && request.outputFolder == "run_0")
    #expect(asks[0].opening.parent == .init(stream: Stand.stream, stage: .ideate))
    // Two whole attempts of ten seconds, and a second for the end of each.
    #expect(
      asks[0].opening.cap == stand.campaign.prices.cost(cpuNanoseconds: 11_000_000_000, wallNanoseconds: 0, on: .cpu)
        * 2)
  }

  @Test func `while the baseline runs, ideation waits`() async throws {
    let stand = try await Stand()
    guard case .wait = try await stand.decision(of: .ideate, runs: try await baseline(stand, nil)) else {
      Issue.record("it does not wait")
      return
    }
  }

  @Test func `each idea opens a paper, and their caps share the rest of the budget`() async throws {
    var stand = try await Stand(ideas: 3)
    var second = Stand.idea
    second.name = "second"
    second.title = "The Second"
    stand.scientist.ideas.append(second)
    let decision = try await stand.decision(of: .ideate, runs: try await baseline(stand, try await made(stand)))
    guard case .finished(_, let opens) = decision else {
      Issue.record("it does not finish")
      return
    }
    #expect(opens.map(\.stream.description) == ["paper/c.1", "paper/c.2"])
    #expect(opens.map(\.stage) == [.novelty, .novelty] && opens.map(\.opening.title) == ["The First", "The Second"])
    #expect(opens.allSatisfy { $0.opening.cap == Money(dollars: "50")! })
    let batch = try await stand.finished(IdeaBatch.self, decision)
    #expect(batch?.ideas == stand.scientist.ideas && batch?.baseline == stand.baseline)
    let papers = try await stand.surroundings.value(PaperDefinition.self, of: opens[1].opening.definition)
    #expect(papers.ordinal == 2 && papers.idea == second && papers.campaign == stand.campaign)
  }

  @Test func `a baseline that is stored is not run again`() async throws {
    let stand = try await Stand()
    _ = try await stand.decision(of: .ideate, runs: try await baseline(stand, try await made(stand)))
    guard case .finished(_, let opens) = try await stand.decision(of: .ideate) else {
      Issue.record("it asks again")
      return
    }
    #expect(opens.count == 1)
  }

  @Test func `a baseline that does not work ends the campaign with its reason`() async throws {
    let stand = try await Stand()
    let ends: [(RunEnd, String)] = [
      (try await made(stand, problem: "It wrote nothing."), "It wrote nothing."),
      (.dead(Failure(kind: "lost", "Its worker was lost.", advice: "Look.")), "Its worker was lost."),
      (.cancelled, "cancelled"),
    ]
    for (end, reason) in ends {
      let failure = await #expect(throws: Failure.self) {
        try await stand.decision(of: .ideate, runs: try await baseline(stand, end))
      }
      #expect(failure?.kind == "baselineFailed" && failure?.retryability == .permanent)
      #expect(failure?.message.contains(reason) == true)
    }
  }

  @Test func `a baseline that a limit stopped is told which flag raises it, or that none does`() async throws {
    let stand = try await Stand()
    for (limit, words) in [
      (ProgramLimit.time, "`--time-limit`"), (.memory, "no flag for its memory"), (.disk, "no flag for its disk"),
      (nil, "Correct experiment.py, and start a new campaign."),
    ] {
      let end = try await made(stand, problem: "It was stopped.", limit: limit)
      let failure = await #expect(throws: Failure.self) {
        try await stand.decision(of: .ideate, runs: try await baseline(stand, end))
      }
      #expect(failure?.description.contains(words) == true)
    }
  }

  @Test func `a baseline's last output is quoted once`() async throws {
    let stand = try await Stand()
    for (problem, isQuoted) in [("It wrote nothing.", true), ("It ended with status 1: its last line", false)] {
      let failure = await #expect(throws: Failure.self) {
        try await stand.decision(of: .ideate, runs: try await baseline(stand, try await made(stand, problem: problem)))
      }
      let text = failure?.description ?? ""
      #expect(text.ranges(of: "its last line").count == 1 && text.contains("output ends with") == isQuoted, "\(text)")
    }
  }

  @Test func `no idea where some are wanted is a failure, none wanted is a baseline alone`() async throws {
    var stand = try await Stand()
    stand.scientist.ideas = []
    let failure = await #expect(throws: Failure.self) {
      try await stand.decision(of: .ideate, runs: try await baseline(stand, try await made(stand)))
    }
    #expect(failure?.kind == "noIdeas")
    stand.campaign.ideas = 0
    guard case .finished(_, let opens) = try await stand.decision(of: .ideate) else {
      Issue.record("it does not finish")
      return
    }
    #expect(opens.isEmpty)
  }
}
