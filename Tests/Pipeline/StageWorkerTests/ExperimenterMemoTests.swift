import Journal
import MessageLog
import PaperModel
import PipelineRules
import Roles
import ScienceTestSupport
import Stages
import Testing

/// An experimenter remembers by its memo alone: what it asks for next depends on it, whichever worker has the visit.
@Suite(.timeLimit(.minutes(10))) struct ExperimenterMemoTests {
  /// What the experimenter remembers of its tree.
  private struct Tree: Codable {
    var nodes = 0
    /// The nodes whose runs have ended, in the order of their ends.
    var ended: [Int] = []

    mutating func request(_ parent: Int?) -> RunRequest {
      defer { nodes += 1 }
      return RunRequest(
        label: "node \(nodes)", code: FileTree([]), outputFolder: "run_\(nodes)", scale: .small, timeLimitSeconds: 1,
        prices: .standard, node: ExperimentNode(number: nodes, parent: parent))
    }
  }

  private static let nodes = 4

  /// Two roots, then a child of each node whose run ends, until the tree is whole. How many nodes there are and which
  /// of them have ended stands in the memo.
  private static var scientist: Scientist {
    var scientist = ScriptedScientist()
    scientist.plan = { progress, surroundings in
      // Without its memo it would begin again and again.
      guard progress.asked.count <= nodes else { throw Failure(kind: "forgetful", "It asked for too many runs.") }
      guard let memo = progress.memo else {
        var tree = Tree()
        let roots = [tree.request(nil), tree.request(nil)]
        return .run(roots, memo: try await surroundings.keep(json: tree))
      }
      var tree = try await surroundings.value(Tree.self, of: memo)
      tree.ended += progress.ended[tree.ended.count...].compactMap(\.request.node?.number)
      if tree.nodes < nodes {
        let latest = tree.ended.last
        let parent = try await surroundings.step("expand", request: tree, reserving: .zero) { _ in
          Settled(latest, charge: .none)
        }
        let child = tree.request(parent)
        return .run([child], memo: try await surroundings.keep(json: tree))
      }
      let isWhole = tree.ended.count == nodes
      return isWhole ? .complete(ExperimentRecord(entries: [], notes: "\(tree.ended)")) : .wait
    }
    return scientist.named("scripted")
  }

  /// Runs that were asked for together end one after the other.
  private static var script: Script {
    var script = Script()
    script.special[.design] = { visit, hand in
      try await DesignHandler(Scientists([scientist])).handle(visit, with: hand.surroundings)
    }
    script.special[.run] = { visit, hand in
      let ordinal = visit.stream.name.last.flatMap { Int(String($0)) } ?? 0
      if hand.provider.uses(of: visit.stream) < ordinal {
        throw Failure(kind: "busy", "Not yet.", retryability: .later(afterSeconds: 60))
      }
      let result = RunResult(
        label: "", folder: "", files: FileTree([]), code: FileTree([]), outputTail: "", findings: [], problem: nil)
      return .finished(result: try await hand.surroundings.keep(json: result))
    }
    return script
  }

  private func submit(_ world: World) async throws {
    let campaign = CampaignDefinition(
      name: "c", template: TemplateBundle(name: "t", files: FileTree([])), ideas: 1, scientist: "scripted",
      timeLimitSeconds: 1, budget: Money(dollars: "1")!)
    let idea = Idea(
      name: "first", title: "The First", question: "Why?", experiment: "Try.", interestingness: 5, feasibility: 5,
      novelty: 5)
    let baseline = RunResult(
      label: "", folder: "run_0", files: FileTree([]), code: FileTree([]), outputTail: "", findings: [], problem: nil)
    let paper = PaperDefinition(campaign: campaign, ordinal: 1, idea: idea, baseline: baseline)
    let opening = Opening(
      campaign: "c", title: "first", cap: campaign.budget, definition: try await world.blobs.keep(json: paper))
    world.log.publish([Message(WorkItem(stream: World.paper, stage: .novelty, opening: opening))])
  }

  /// Checks that a paper's journal tells of one whole tree, grown by one node at each end that it took in.
  private func check(_ world: World, _ comment: Comment) async throws {
    var nodes: [StreamID: ExperimentNode] = [:]
    var ended: [Int] = []
    var grown: [ExperimentNode] = []
    for entry in try await world.journal.entries(of: World.paper, from: 0) {
      switch entry.fact {
      case .asked(_, _, let runs, _):
        for run in runs {
          let request = try await world.blobs.value(RunRequest.self, of: run.opening.definition)
          nodes[run.run] = request.node
          if let node = request.node { grown.append(node) }
        }
        if runs.count == 1 { #expect(grown.last?.parent == ended.last, comment) }
      case .folded(let run, _, _): if let node = nodes[run] { ended.append(node.number) }
      default: break
      }
    }
    #expect(grown.map(\.number) == Array(0..<Self.nodes), comment)
    let state = try await world.state(of: World.paper)
    #expect(state.end == .done, comment)
    let result = try #require(state.results[.design], comment)
    #expect(try await world.blobs.value(ExperimentRecord.self, of: result).notes == "\(ended)", comment)
    // A repeated visit had the same memo and the same ends.
    let steps = Dictionary(grouping: state.books.lines.filter { $0.step.name == "expand" }, by: \.step.visit)
    #expect(steps.values.map { Set($0.map(\.step.requestDigest)).count } == [1, 1], comment)
  }

  @Test(arguments: [Life.Fault.crashBefore, .crashAfter, .freezeBefore])
  func `with a worker lost in any call, a tree that is kept in the memo grows as it would have`(
    _ kind: Life.Fault
  ) async throws {
    let quiet = World(Self.script)
    try await submit(quiet)
    let calm = quiet.start("first")
    try await quiet.drive(calm)
    await calm.stop()
    try await check(quiet, "no fault")
    for call in calm.life.calls.indices {
      let world = World(Self.script)
      try await submit(world)
      let first = world.start("first", fault: (call, kind))
      try await world.drive(first)
      if first.hasEnded || first.life.isFrozen {
        world.log.expel(first.life.worker)
        if first.life.isFrozen { world.clock.advance(seconds: 60) }
        let last = world.start("last")
        try await world.drive(last)
        await last.stop()
      }
      first.life.thaw()
      await first.stop()
      try await check(world, "call \(call), \(calm.life.calls[call]), \(kind)")
    }
  }
}
