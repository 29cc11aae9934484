import Journal
import MessageLog
import PaperModel
import PipelineRules
import Roles
import ScienceTestSupport
import StageWorker
import Stages
import Synchronization
import Testing

/// All handlers under the real worker, with stores in memory.
@Suite struct WholePaperTests {
  private let clock = ManualClock()
  private let baselines = MemoryBaselines()
  private let log: InMemoryMessageLog
  private let journal: InMemoryJournal
  private let stand: Stand

  init() async throws {
    log = InMemoryMessageLog(clock: clock)
    journal = InMemoryJournal(clock: clock)
    stand = try await Stand()
    let opening = Opening(
      campaign: "c", title: "c", cap: stand.campaign.budget,
      definition: try await stand.surroundings.keep(json: stand.campaign))
    try await log.publish([Message(WorkItem(stream: Stand.stream, stage: .ideate, opening: opening))])
  }

  private var scientist: ScriptedScientist {
    var scientist = stand.scientist
    scientist.revisedTitle = "The First, Revised"
    let requests = ["run_0", "run_1"].map(stand.request)
    scientist.plan = { progress, _ in
      let asked = progress.asked
      if asked.isEmpty { return .run(requests) }
      let entries = asked.compactMap { experiment -> ExperimentRecord.Entry? in
        guard case .result(let result)? = experiment.outcome else { return nil }
        return .init(change: .baseline, run: experiment.run, result: result)
      }
      return entries.count < asked.count ? .wait : .complete(ExperimentRecord(entries: entries, notes: ""))
    }
    return scientist
  }

  /// Works until an event comes, then drains.
  private func work(_ name: String, _ scientists: Scientists, until isLast: @Sendable (WorkerEvent) -> Bool)
    async throws
  {
    let events = Events()
    var runner = ScriptedRunner()
    runner.leaves = ["final_info.json": #"{"d": {"means": {"loss_mean": 1.5}}}"#]
    let worker = StageWorker(
      WorkerConfiguration(
        worker: WorkerID(name), groups: [.init(topics: Set(Topic.allWork), slots: 2)], version: "test"),
      Stores(log: log, journal: journal, blobs: stand.surroundings, clock: clock),
      handlers: [
        IdeateHandler(scientists, index: stand.index, shelf: baselines), NoveltyHandler(scientists, index: stand.index),
        DesignHandler(scientists), RunHandler(runner), PlotHandler(scientists), WriteHandler(scientists),
        ReviewHandler(scientists), ReviseHandler(scientists),
      ], observer: events)
    let running = Task { try await worker.run() }
    try await events.wait(for: isLast)
    running.cancel()
    try await running.value
  }

  private func state(_ stream: StreamID) async throws -> StreamState {
    try StreamState(stream, try await journal.entries(of: stream, from: 0))
  }

  private static let isRevised: @Sendable (WorkerEvent) -> Bool = {
    if case .stageFinished(_, .revise, _) = $0 { true } else { false }
  }

  @Test func `a campaign becomes a revised paper from runs of its own`() async throws {
    try await work("a", Scientists([scientist.named("scripted")]), until: Self.isRevised)
    let paper = try await state(Stand.stream.paper(1))
    #expect(paper.end == .done)
    let revision = try await stand.surroundings.value(Revision.self, of: try #require(paper.result))
    #expect(revision.isRevised && revision.manuscript.title == "The First, Revised")
    let record = try await stand.surroundings.value(
      ExperimentRecord.self, of: try #require(paper.results[.design]))
    #expect(record.entries.map(\.result.folder) == ["run_0", "run_1"])
    // The baseline of the campaign and two runs of the paper.
    #expect(try await journal.streams(of: .run, after: nil, limit: 9).count == 3)
    #expect(paper.books.uncertain == .zero)
  }

  /// A root, then two runs of one edit of it. The requests say which run is what.
  private func treeScientist(_ patch: BlobReference) -> ScriptedScientist {
    var scientist = stand.scientist
    let stand = stand
    let root = ExperimentNode(number: 0, parent: nil)
    let edit = ExperimentNode(number: 1, parent: 0)
    scientist.plan = { progress, _ in
      let asked = progress.asked
      func run(_ folders: [String], of node: ExperimentNode) -> ExperimentPlan {
        .run(
          folders.map { folder in
            var request = stand.request(folder)
            request.node = node
            return request
          })
      }
      if asked.contains(where: { $0.outcome == nil }) { return .wait }
      let known = Dictionary(grouping: asked, by: \.request.node)
      guard let first = known[root]?.first else { return run(["run_0"], of: root) }
      guard known[edit] != nil else { return run(["run_1", "run_1_seed_1"], of: edit) }
      let entries = asked.compactMap { experiment -> ExperimentRecord.Entry? in
        guard case .result(let result)? = experiment.outcome else { return nil }
        let isEdit = experiment.request.node?.parent == root.number
        return .init(
          change: isEdit ? .edit(of: first.run, patch: patch) : .baseline, run: experiment.run, result: result)
      }
      return .complete(ExperimentRecord(entries: entries, notes: ""))
    }
    return scientist
  }

  @Test func `a tree of experiments is found again in the requests of its runs`() async throws {
    let patch = try await stand.surroundings.keep(Array("--- a\n+++ b\n".utf8))
    try await work("a", Scientists([treeScientist(patch).named("scripted")])) {
      if case .stageFinished(_, .revise, _) = $0 { true } else { false }
    }
    let paper = try await state(Stand.stream.paper(1))
    let record = try await stand.surroundings.value(
      ExperimentRecord.self, of: try #require(paper.results[.design]))
    let edit = ExperimentRecord.Change.edit(of: Stand.stream.paper(1).run(visit: 1, ordinal: 0), patch: patch)
    #expect(record.entries.map(\.change) == [.baseline, edit, edit])
    #expect(record.entries.map(\.result.folder) == ["run_0", "run_1", "run_1_seed_1"])
  }

  @Test func `a worker without the scientist leaves the campaign to one that has it`() async throws {
    try await work("without", Scientists([scientist.named("another")])) {
      if case .leftToOthers(Stand.stream, .ideate, _, _) = $0 { true } else { false }
    }
    let left = try await journal.entries(of: Stand.stream, from: 0).map(\.fact)
    guard case .released(.ideate, let reason)? = left.last else {
      Issue.record("the claim is not released: \(left)")
      return
    }
    #expect(reason.contains("scripted") && reason.contains("another"))
    // However often the item comes to workers without the scientist, one such wait is journaled.
    for name in ["without", "neither"] {
      clock.advance(seconds: 60)
      try await work(name, Scientists([scientist.named("another")])) {
        if case .leftToOthers(Stand.stream, .ideate, _, 60) = $0 { true } else { false }
      }
    }
    #expect(try await journal.entries(of: Stand.stream, from: 0).map(\.fact) == left)
    clock.advance(seconds: 60)
    try await work("with", Scientists([scientist.named("scripted")]), until: Self.isRevised)
    let campaign = try await state(Stand.stream)
    #expect(campaign.end == .done && campaign.failures == 0)
    #expect(try await state(Stand.stream.paper(1)).end == .done)
    let attempts = try await journal.entries(of: Stand.stream, from: 0).compactMap { entry -> Int? in
      if case .claimed(_, _, _, let attempt) = entry.fact { attempt } else { nil }
    }
    #expect(Set(attempts) == [1])
  }
}

/// Records a worker's events, and wakes tasks that wait for one.
private final class Events: WorkerObserver {
  private let seen = Mutex<[WorkerEvent]>([])
  private let bell = Doorbell()

  func observe(_ event: WorkerEvent) {
    seen.withLock { $0.append(event) }
    bell.ring()
  }

  func wait(for isWanted: @Sendable (WorkerEvent) -> Bool) async throws {
    while true {
      let rings = bell.rings
      if seen.withLock({ $0.contains(where: isWanted) }) { return }
      try await bell.wait(past: rings)
    }
  }
}
