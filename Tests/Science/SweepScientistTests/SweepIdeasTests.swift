import ExperimentTemplates
import Literature
import PaperModel
import Roles
import ScienceTestSupport
import SweepScientist
import Testing

@Suite struct SweepIdeasTests {
  @Test func `ten campaigns in a row never propose a study twice`() async throws {
    let world = try await World(FakeTemplate.make())
    var seen: [Idea] = []
    for campaign in 1...10 {
      let ideas = try await world.ideas(2, seen: seen)
      #expect(ideas.count == 2 || campaign > 5, "campaign \(campaign) has \(ideas.count)")
      seen += ideas
    }
    let studies = seen.compactMap(\.study).map { "\($0.setting): \($0.values)" }
    #expect(Set(studies).count == studies.count)
    #expect(Set(seen.map(\.name)).count == seen.count)
    #expect(seen.count >= 12)
  }

  @Test func `a template without more studies yields fewer ideas`() async throws {
    let world = try await World(FakeTemplate.make())
    let all = try await world.ideas(1000)
    #expect(all.count < 1000)
    #expect(try await world.ideas(3, seen: all).isEmpty)
  }

  @Test func `the same request yields the same ideas`() async throws {
    let world = try await World(FakeTemplate.make())
    #expect(try await world.ideas(5) == world.ideas(5))
  }

  @Test func `no study is of seeds, nor of the budget while there is anything else`() async throws {
    let world = try await World(FakeTemplate.make())
    let settings = try await world.ideas(1000).compactMap { $0.study?.setting }
    #expect(!settings.contains("seeds"))
    #expect(settings.firstIndex(of: "steps") ?? 0 > settings.lastIndex(of: "slope") ?? .max)
    #expect(settings.first != "idle" && settings.first != "steps")
  }

  @Test func `values stay where they make sense and never repeat the baseline`() async throws {
    let world = try await World(FakeTemplate.make())
    for study in try await world.ideas(1000).compactMap(\.study) {
      #expect((1...3).contains(study.values.count))
      #expect(!study.values.contains(study.baseline))
      if study.setting == "momentum" {
        #expect(study.values.allSatisfy { (0..<1).contains(Double($0) ?? -1) })
      }
      if study.setting == "mode" { #expect(study.values == ["\"broken\""]) }
    }
  }

  @Test func `the grokking template is studied where its science is`() async throws {
    let template = try #require(BuiltInTemplates.named("grokking"))
    let surroundings = MemorySurroundings()
    let campaign = CampaignDefinition(
      name: "test", template: try await template.keep(in: surroundings), ideas: 8, scientist: SweepScientist.name,
      timeLimitSeconds: 60,
      budget: .zero)
    let empty = RunResult(
      label: "Baseline", folder: "run_0", files: FileTree([]), code: FileTree([]), outputTail: "", findings: [],
      problem: nil)
    let ideas = try await SweepScientist.make(runner: PlainRunner()).ideator.propose(
      100, for: campaign, baseline: empty, seen: [], with: surroundings)
    let settings = ideas.prefix(8).compactMap { $0.study?.setting }
    #expect(settings.starts(with: ["weight_decay", "train_fraction", "learning_rate", "initial_scale"]))
    #expect(!settings.contains("heads"))
    #expect(ideas.count >= 40)
    #expect(ideas[0].study?.values == ["0.0", "0.5", "2.0"])
  }

  @Test func `a seen study is not new, one with other values is`() async throws {
    let world = try await World(FakeTemplate.make())
    let judge = world.scientist.noveltyJudge
    let ideas = try await world.ideas(1000).filter { $0.study?.setting == "slope" }
    func verdict(_ idea: Idea, _ seen: [Idea]) async throws -> NoveltyVerdict {
      try await judge.judge(idea, of: world.campaign, seen: world.rows(seen), with: world.surroundings)
    }
    var rewritten = ideas[0]
    rewritten.name = "another_name"
    rewritten.study?.values.reverse()
    #expect(try await !verdict(rewritten, ideas).isNovel)
    #expect(try await verdict(ideas[1], [ideas[0]]).isNovel)
    #expect(try await verdict(ideas[0], []).isNovel)
    var union = ideas[0]
    union.study?.values = [ideas[0].study!.values[0], ideas[1].study!.values[0]]
    #expect(try await !verdict(union, [ideas[0], ideas[1]]).isNovel)
    var words = ideas[0]
    words.study = nil
    #expect(try await !verdict(words, [ideas[0]]).isNovel)
    words.title = "Penguins"
    words.question = "Do they fly?"
    words.experiment = "Look."
    #expect(try await verdict(words, [ideas[0]]).isNovel)
  }

  /// Finds one work, whatever it is asked for.
  private struct OneWork: LiteratureSearch {
    let title: String

    func works(near words: String, most: Int, with surroundings: any Surroundings) async throws -> [Reference] {
      [Reference("found2020", .article, authors: [], title: title, venue: "", year: 2020)]
    }
  }

  @Test(arguments: [("How Penguins Learn to Fly", false), ("How Ducks Swim", true)])
  func `an idea with the title of a published work is not new`(found: String, isNovel: Bool) async throws {
    let world = try await World(FakeTemplate.make())
    let idea = Idea(
      name: "fly", title: "How penguins learn to fly", question: "Do they?", experiment: "Look.", interestingness: 5,
      feasibility: 5, novelty: 5)
    let judge = SweepScientist.make(runner: PlainRunner(), literature: OneWork(title: found)).noveltyJudge
    let verdict = try await judge.judge(idea, of: world.campaign, seen: [], with: world.surroundings)
    #expect(verdict.isNovel == isNovel && verdict.comparedWith == ["found2020"])
    #expect(verdict.reason.contains(found) == !isNovel)
  }

  @Test func `the standard bibliography is searched by the words of its titles, the nearest first`() async throws {
    let found = try await Bibliography.standard.works(
      near: "Diffusion models: attention, denoising, probabilistic", most: 2, with: MemorySurroundings())
    #expect(found.map(\.key) == ["ho2020denoising", "vaswani2017attention"])
    let other = try await Bibliography.standard.works(near: "Penguins", most: 2, with: MemorySurroundings())
    #expect(other.isEmpty)
  }
}
