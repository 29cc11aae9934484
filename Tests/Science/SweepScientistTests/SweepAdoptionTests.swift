import ExperimentTemplates
import PaperModel
import Roles
import ScienceTestSupport
import Testing

@testable import SweepScientist

@Suite struct SweepAdoptionTests {
  private static let source = """
    import argparse
    learning_rate = 0.01  # step size
    momentum = 0.9  # momentum
    weight_decay = 1.0  # decoupled weight decay
    width = 16  # hidden units
    steps = 3000  # updates
    activation = "relu"  # one of: relu, tanh, gelu
    seeds = (0, 1, 2)  # one run for each
    metrics = {"loss": {"words": "test loss", "better": "lower", "unit": ""}}
    """

  private func adopt(_ experiments: [String]) async throws -> AdoptedIdeas {
    let surroundings = MemorySurroundings()
    let template = TemplateContents(name: "small", files: ["experiment.py": Array(Self.source.utf8)])
    let campaign = CampaignDefinition(
      name: "test", template: try await template.keep(in: surroundings), ideas: 1, scientist: "sweep",
      timeLimitSeconds: 60, budget: .zero)
    let ideas = experiments.enumerated().map {
      ProposedIdea(
        number: $0 + 1, line: 10 * $0, name: "Idea-\($0)", title: "The title of 7 %", experiment: $1, novelty: 9)
    }
    return try await SweepScientist.make(runner: PlainRunner()).ideator.adopt(ideas, for: campaign, with: surroundings)
  }

  @Test(arguments: [
    ("Set momentum to 0.5, 0.8 and 0.95 and compare the loss.", "momentum", ["0.5", "0.8", "0.95"]),
    ("momentum 0.5, 0.8 and 0.95", "momentum", ["0.5", "0.8", "0.95"]),
    ("Run with a weight decay of 0 or 1e-1 instead of 1.", "weight_decay", ["0.0", "0.1"]),
    ("Set weight decay (decoupled weight decay) to 0.5 and 2, one at a time.", "weight_decay", ["0.5", "2.0"]),
    ("Change `weight_decay` from 1.0 to {0.25, 4}; use 5 seeds.", "weight_decay", ["0.25", "4.0"]),
    ("Widths 8, 32, 64.", "width", ["8", "32", "64"]),
    ("Train for 100 steps with learning rates of 0.1 and 0.001.", "learning_rate", ["0.1", "0.001"]),
    ("Use 5 seeds at momentum = 0.5.", "momentum", ["0.5"]),
    ("Compare the activation gelu with tanh.", "activation", ["\"gelu\"", "\"tanh\""]),
    ("Double the number of steps: steps 6000", "steps", ["6000"]),
  ])
  func `a setting and its values are taken from the text`(text: String, setting: String, values: [String]) async throws
  {
    let adopted = try await adopt([text])
    #expect(adopted.refused.isEmpty, "\(adopted.refused)")
    let idea = try #require(adopted.ideas.first)
    #expect(idea.study?.setting == setting && idea.study?.values == values, "\(String(describing: idea.study))")
    #expect(idea.title == "The title of 7 %" && idea.experiment == text && idea.name == "idea_0" && idea.novelty == 9)
    #expect((1...10).contains(idea.interestingness) && !idea.question.isEmpty)
  }

  @Test func `for ideas without values the sweep chooses new ones each time, until it has no more`() async throws {
    let adopted = try await adopt(Array(repeating: "Vary momentum.", count: 40))
    let studies = adopted.ideas.compactMap(\.study)
    #expect(studies.count >= 2 && studies.allSatisfy { $0.setting == "momentum" && !$0.values.isEmpty })
    #expect(Set(studies.map(\.canonicalValues)).count == studies.count)
    #expect(adopted.ideas.count + adopted.refused.count == 40)
    #expect(adopted.refused.allSatisfy { $0.reason.contains("momentum") && $0.reason.contains("Give values") })
  }

  @Test(arguments: [
    ("Try another optimiser.", "names no setting"), ("Vary momentum and the learning rate.", "learning_rate"),
    ("Use more seeds.", "seeds"), ("Set the width to 0.5.", "whole number"), ("Set momentum to 0.9.", "already"),
    ("Set momentum to 1, 2, 3, 4, 5, 6, 7, 8 and 9.", "takes 8"),
  ])
  func `an idea that is no study of one setting is refused with the reason`(text: String, reason: String) async throws {
    let adopted = try await adopt([text, "Vary the width."])
    #expect(adopted.ideas.map(\.study?.setting) == ["width"])
    let refused = try #require(adopted.refused.first)
    #expect(refused.number == 1 && refused.line == 0 && refused.reason.contains(reason), "\(refused)")
  }

  @Test func `a repeated study, in another spelling or spread over others, is refused with the first's number`()
    async throws
  {
    let adopted = try await adopt([
      "Set momentum to 0.5 and 0.8.", "Set momentum to 0.80 or 5e-1.", "momentum 0.7", "momentum 0.5, 0.7",
      "momentum 0.5, 0.6",
    ])
    #expect(adopted.ideas.map(\.name) == ["idea_0", "idea_2", "idea_4"])
    #expect(adopted.refused.map(\.number) == [2, 4])
    #expect(adopted.refused.first?.reason.contains("idea 1") == true)
  }

  @Test func `the sweep's own wording is understood again`() async throws {
    let world = try await World(FakeTemplate.make())
    let own = try await world.ideas(30)
    let proposed = own.enumerated().map {
      ProposedIdea(number: $0 + 1, line: 1, name: $1.name, title: $1.title, experiment: $1.experiment)
    }
    let adopted = try await world.scientist.ideator.adopt(proposed, for: world.campaign, with: world.surroundings)
    #expect(adopted.refused.isEmpty, "\(adopted.refused)")
    #expect(adopted.ideas.map(\.study?.setting) == own.map(\.study?.setting))
    #expect(adopted.ideas.map(\.study?.canonicalValues) == own.map(\.study?.canonicalValues))
  }

  @Test func `five thousand ideas take no longer than their number`() async throws {
    let adopted = try await adopt((1...5000).map { "Set the learning rate to 0.\($0 + 10_000)." })
    #expect(adopted.ideas.count == 5000)
  }
}
