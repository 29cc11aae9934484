import Glibc
import Journal
import MessageLog
import PaperModel
import StageWorker
import Synchronization

/// What no-op stages result in: blobs that are kept in the store.
struct GrowthResults: Sendable {
  /// Of every stage but the last; also every definition.
  let usual: BlobReference
  /// Of the last, which tells a paper's title and score.
  let revision: BlobReference

  init(_ blobs: any BlobStore) async throws {
    usual = try await blobs.keep([0x30])
    let review = Review(
      summary: "", strengths: [], weaknesses: [], originality: 2, quality: 3, clarity: 3, significance: 2,
      questions: [], limitations: [], ethicalConcerns: false, soundness: 3, presentation: 3, contribution: 2,
      overall: 6, confidence: 4, decision: "Accept", checklist: [])
    let manuscript = Manuscript(
      title: "A Paper Among Many", pdf: usual, source: FileTree([]), claims: [], layout: LayoutReport(pages: 4))
    revision = try await blobs.keep(
      json: Revision(manuscript: manuscript, review: review, isRevised: false, reason: "Nothing to mend."))
  }
}

/// A stage that takes one step, which does nothing; `design` asks for two runs.
struct GrowthHandler: StageHandler {
  let stage: Stage
  let results: GrowthResults
  /// Called within the step of the stage `write`, which lasts as long as the call.
  var inWriting: @Sendable () async throws -> Void = {}

  func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    if stage == .design, visit.hasRunsOut { return .wait }
    let _: Int = try await surroundings.step(
      "no-op", request: visit.visit, reserving: Money(nanodollars: 1000)
    ) { _ in
      if stage == .write { try await inWriting() }
      return Settled(0, charge: Charge(money: Money(nanodollars: 700)))
    }
    switch stage {
    case .ideate:
      let opening = Opening(
        campaign: visit.opening.campaign, title: "An idea", cap: Money(dollars: "1")!, definition: results.usual)
      return .finished(
        result: results.usual,
        opens: [WorkItem(stream: visit.stream.paper(1), stage: StageGraph.first(of: .paper), opening: opening)])
    case .design where visit.runs.isEmpty:
      return .ask(
        (0..<2).map { ordinal in
          RunAsk(
            run: visit.stream.run(visit: visit.visit, ordinal: ordinal),
            opening: Opening(
              campaign: visit.opening.campaign, title: "A run", cap: Money(nanodollars: 5000),
              parent: .init(stream: visit.stream, stage: .design), definition: results.usual))
        })
    case .revise: return .finished(result: results.revision)
    default: return .finished(result: results.usual)
    }
  }
}

/// A worker with such handlers, for one campaign with one paper.
struct GrowthWorld: Sendable {
  let log: any MessageLog
  let journal: any Journal
  let results: GrowthResults
  let worker: WorkerID
  var inWriting: @Sendable () async throws -> Void = {}

  /// Submits a campaign and works until its paper is done.
  func work(through campaign: String) async throws {
    let stream = StreamID(.campaign, campaign)!
    let opening = Opening(
      campaign: campaign, title: "A campaign", cap: Money(dollars: "100")!, definition: results.usual)
    guard try await journal.append(.opened(opening), to: stream, at: 0) else {
      throw Children.Problem(description: "there is a campaign \(campaign)")
    }
    try await work(on: WorkItem(stream: stream, stage: .ideate, opening: opening), publishing: true)
  }

  /// Goes on with a campaign's paper that another worker left in its stage `write`.
  func takeOver(_ campaign: String, publishing: Bool) async throws {
    let paper = StreamID(.campaign, campaign)!.paper(1)
    guard case .opened(let opening)? = try await journal.entries(of: paper, from: 0).first?.fact else {
      throw Children.Problem(description: "there is no \(paper)")
    }
    try await work(on: WorkItem(stream: paper, stage: .write, opening: opening), publishing: publishing)
  }

  private func work(on item: WorkItem, publishing: Bool) async throws {
    let end = PaperEnd()
    let stages = Stage.allCases
    let configuration = WorkerConfiguration(
      worker: worker, groups: [.init(topics: Set(stages.map { Topic.work($0) }), slots: 4)], version: "bench")
    let worker = StageWorker(
      configuration, Stores(log: log, journal: journal, blobs: NoBlobs()),
      handlers: stages.map { GrowthHandler(stage: $0, results: results, inWriting: inWriting) }, observer: end)
    let task = Task { try await worker.run() }
    if publishing { try await log.publish([Message(item)]) }
    await end.wait()
    task.cancel()
    try await task.value
  }
}

/// Tells when a paper is done.
private final class PaperEnd: WorkerObserver {
  private struct State {
    var isOver = false
    var waiter: CheckedContinuation<Void, Never>?
  }
  private let state = Mutex(State())

  func observe(_ event: WorkerEvent) {
    switch event {
    case .stageFinished(_, .revise, _):
      let waiter = state.withLock { state in
        state.isOver = true
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume()
    case .deadLettered(let stream, _, let failure): preconditionFailure("\(stream): \(failure)")
    default: break
    }
  }

  func wait() async {
    await withCheckedContinuation { waiter in
      let isOver = state.withLock { state in
        if !state.isOver { state.waiter = waiter }
        return state.isOver
      }
      if isOver { waiter.resume() }
    }
  }
}
