import PaperModel
import Roles
import ScienceTestSupport
import Stages
import Testing

@Suite struct PaperStageTests {
  @Test func `a new idea continues, an old one is given up with the reason`() async throws {
    var stand = try await Stand()
    let verdict = try await stand.finished(NoveltyVerdict.self, try await stand.decision(of: .novelty))
    #expect(verdict == stand.scientist.verdict)
    stand.scientist.verdict = NoveltyVerdict(isNovel: false, reason: "It is old.", comparedWith: [])
    let failure = await #expect(throws: Failure.self) { try await stand.decision(of: .novelty) }
    #expect(failure?.kind == "notNovel" && failure?.message.contains("It is old.") == true)
  }

  @Test func `design asks for the runs of the plan, in their order`() async throws {
    var stand = try await Stand()
    let requests = ["run_0", "run_1"].map(stand.request)
    stand.scientist.plan = { _, _ in .run(requests) }
    guard case .ask(let asks, _) = try await stand.decision(of: .design) else {
      Issue.record("it asks for nothing")
      return
    }
    #expect(asks.map(\.run.description) == ["run/c.1.v1r0", "run/c.1.v1r1"])
    #expect(asks.map(\.opening.title) == ["run_0", "run_1"])
    #expect(asks.allSatisfy { $0.opening.parent == .init(stream: Stand.stream.paper(1), stage: .design) })
  }

  @Test func `the experimenter sees every run: its result, its death, its cancellation, or that it is under way`()
    async throws
  {
    var stand = try await Stand()
    stand.scientist.plan = { progress, _ in
      let seen = progress.asked.map { experiment in
        switch experiment.outcome {
        case .result(let result): "\(experiment.request.outputFolder): \(result.outputTail)"
        case .failed(let failure): "\(experiment.request.outputFolder): \(failure.kind)"
        case nil: "\(experiment.request.outputFolder): under way"
        }
      }
      return .complete(ExperimentRecord(entries: [], notes: seen.joined(separator: "; ")))
    }
    let result = try await stand.surroundings.keep(json: Stand.result("run_0"))
    var runs = [
      try await stand.run(0, end: .finished(result)),
      try await stand.run(1, end: .dead(Failure(kind: "outOfMemory", "Too large."))),
      try await stand.run(2, end: .cancelled),
    ]
    let record = try await stand.finished(
      ExperimentRecord.self, try await stand.decision(of: .design, runs: runs))
    #expect(record?.notes == "run_0: its last line; run_1: outOfMemory; run_2: cancelled")
    runs.append(try await stand.run(3, end: nil))
    guard case .wait = try await stand.decision(of: .design, runs: runs) else {
      Issue.record("a plan that is complete finishes while a run is under way")
      return
    }
  }

  @Test func `figures, paper and review are the results of their stages`() async throws {
    let stand = try await Stand()
    let results = try await stand.results()
    let figures = try await stand.finished(FigureSet.self, try await stand.decision(of: .plot, results: results))
    #expect(figures?.notes == "Two runs.")
    let written = try await stand.finished(Manuscript.self, try await stand.decision(of: .write, results: results))
    #expect(written?.title == "The First")
    let review = try await stand.finished(Review.self, try await stand.decision(of: .review, results: results))
    #expect(review?.summary == "Nobody had it.")
  }

  @Test func `a paper replayed past its verdict is written and reviewed without one`() async throws {
    let stand = try await Stand()
    let review = try await stand.finished(
      Review.self, try await stand.decision(of: .review, results: try await stand.results(without: .novelty)))
    #expect(review?.summary == "Taken up without a verdict.")
  }

  @Test(arguments: [(nil, "The First", 5), (4, "The First", 5), (5, "Revised", 5), (7, "Revised", 7)])
  func `the revised version is kept unless its review is worse`(
    _ score: Int?, _ title: String, _ overall: Int
  ) async throws {
    var stand = try await Stand()
    if let score {
      stand.scientist.revisedTitle = "Revised"
      stand.scientist.scores = ["Revised": score]
    }
    let revision = try await stand.finished(
      Revision.self, try await stand.decision(of: .revise, results: try await stand.results()))
    #expect(revision?.manuscript.title == title && revision?.review.overall == overall)
    #expect(revision?.isRevised == (title == "Revised"))
    #expect(revision?.reason.isEmpty == false)
  }
}
