import ExperimentTemplates
import PaperModel
import Roles
import ScienceTestSupport
import SweepScientist
import Testing

@Suite struct SweepExperimentsTests {
  private func idea(_ setting: String, in world: World) async throws -> Idea {
    try #require(try await world.ideas(1000).first { $0.study?.setting == setting })
  }

  @Test func `the baseline and all values are requested at once, each with its own source`() async throws {
    let world = try await World(FakeTemplate.make())
    let paper = world.paper(try await idea("slope", in: world))
    guard
      case .run(let requests, let memo) = try await world.scientist.experimenter.plan(
        paper, after: ExperimentProgress(), with: world.surroundings)
    else {
      Issue.record("it asks for nothing")
      return
    }
    #expect(memo == nil)
    let values = try #require(paper.idea.study?.values)
    #expect(requests.map(\.outputFolder) == (0...values.count).map { "run_\($0)" })
    #expect(requests[0].code["experiment.py"] == world.campaign.template.files["experiment.py"])
    for (value, request) in zip(values, requests.dropFirst()) {
      let blob = try #require(request.code["experiment.py"])
      let source = String(decoding: try await world.surroundings.bytes(of: blob), as: UTF8.self)
      #expect(source.contains("slope = \(value)  # how steeply the loss rises"))
      #expect(source.replacing("slope = \(value)", with: "slope = 2.0") == FakeTemplate.experiment)
    }
  }

  @Test func `a transient failure is retried once, a permanent one is recorded`() async throws {
    let world = try await World(FakeTemplate.make())
    let paper = world.paper(try await idea("slope", in: world))
    var lost = 0
    let record = try await world.record(paper) { request in
      guard request.outputFolder != "run_0" else { return nil }
      if request.outputFolder == "run_1" {
        lost += 1
        return lost == 1 ? Failure(kind: "lost", "The machine went away.", retryability: .transient) : nil
      }
      return request.outputFolder == "run_2" ? Failure(kind: "dead", "It died of 9.") : nil
    }
    #expect(record.entries.map(\.result.folder) == ["run_0", "run_1", "run_2", "run_3"])
    #expect(record.entries[1].result.problem == nil)
    #expect(record.entries[2].result.problem == "It died of 9.")
    #expect(record.notes.contains("Tried again after a passing failure: 1"))
  }

  @Test func `a run that fails twice for a transient reason is given up`() async throws {
    let world = try await World(FakeTemplate.make())
    let paper = world.paper(try await idea("slope", in: world))
    let record = try await world.record(paper) { request in
      request.outputFolder == "run_1" ? Failure(kind: "lost", "Gone.", retryability: .transient) : nil
    }
    #expect(record.entries[1].result.problem == "Gone.")
  }

  @Test func `a template with one seed is run three times with the seed edited`() async throws {
    let world = try await World(FakeTemplate.make(FakeTemplate.foreign, name: "foreign"))
    let paper = world.paper(try await idea("learning_rate", in: world))
    let record = try await world.record(paper)
    let count = 3 * (1 + (paper.idea.study?.values.count ?? 0))
    #expect(record.entries.count == count)
    #expect(record.entries.prefix(4).map(\.result.folder) == ["run_0", "run_0_seed_1338", "run_0_seed_1339", "run_1"])
    let value = try #require(paper.idea.study?.values[0])
    #expect(record.entries[1].change == .baseline)
    #expect(record.entries[4].change == .setting("learning_rate", value: value))
    let sources = Set(record.entries.compactMap { $0.result.code["experiment.py"] })
    #expect(sources.count == count)
  }

  @Test func `an idea that is no study is refused with advice`() async throws {
    let world = try await World(FakeTemplate.make())
    var idea = try await idea("slope", in: world)
    idea.study = nil
    await #expect(throws: Failure.self) {
      try await world.scientist.experimenter.plan(
        world.paper(idea), after: ExperimentProgress(), with: world.surroundings)
    }
    idea.study = Study(setting: "absent", words: "", baseline: "1", values: ["2"])
    await #expect(throws: Failure.self) {
      try await world.scientist.experimenter.plan(
        world.paper(idea), after: ExperimentProgress(), with: world.surroundings)
    }
  }
}
