import EmbeddedStore
import FolderJournal
import Journal
import MessageLog
import PaperModel
import WireFormat

@testable import Operations

/// A small installation with hand-made journals: one campaign, a paper that is done, and one that ran out of money.
///
/// In nano-dollars: the campaign has spent 700; paper 1 has spent 900 itself and 400 in its run; paper 2 has 50 settled
/// and 60 uncertain.
struct MadeUpInstallation {
  static let campaign = StreamID(.campaign, "made")!
  static let cap = Money(nanodollars: 300_000_000)

  let deployment: Deployment
  let store: EmbeddedStore
  private let journal: any Journal
  private let blobs: any BlobStore
  private let worker = WorkerID("host-1-a")

  /// Makes one in a folder for the duration of the body.
  static func with<Value>(_ folder: String, _ body: (MadeUpInstallation) async throws -> Value) async throws -> Value {
    let store = try await EmbeddedStore(folder: folder)
    let blobs = try await FolderBlobs(folder: folder)
    let made = MadeUpInstallation(
      deployment: Deployment(Stores(log: store.messageLog, journal: store.journal, blobs: blobs)), store: store,
      journal: store.journal, blobs: blobs)
    do {
      try await made.fill()
      let value = try await body(made)
      await store.close()
      return value
    } catch {
      await store.close()
      throw error
    }
  }

  /// Makes one in a folder, and closes it.
  static func make(_ folder: String) async throws { try await with(folder) { _ in } }

  /// Opens an existing one.
  static func reopen(_ folder: String, _ body: (Deployment, EmbeddedStore) async throws -> Void) async throws {
    let store = try await EmbeddedStore(folder: folder)
    let blobs = try await FolderBlobs(folder: folder)
    try await body(Deployment(Stores(log: store.messageLog, journal: store.journal, blobs: blobs)), store)
    await store.close()
  }

  private init(deployment: Deployment, store: EmbeddedStore, journal: any Journal, blobs: any BlobStore) {
    self.deployment = deployment
    self.store = store
    self.journal = journal
    self.blobs = blobs
  }

  private func fill() async throws {
    let template = TemplateBundle(
      name: "toy",
      files: FileTree([
        .init(path: "experiment.py", blob: try await blobs.keep(Array("print('original')\n".utf8))),
        .init(path: "prompt.json", blob: try await blobs.keep(Array("{}".utf8))),
      ]))
    let campaign = CampaignDefinition(
      name: "made", template: template, ideas: 2, scientist: "sweep", timeLimitSeconds: 60,
      budget: Money(nanodollars: 1_000_000_000))
    let baseline = try await result("run_0", "Baseline", mean: 1)
    let ideas = ["alpha", "beta"].map {
      Idea(
        name: $0, title: "On \($0)", question: "What does \($0) do?", experiment: "Vary \($0).", interestingness: 5,
        feasibility: 6, novelty: 7)
    }
    var papers: [WorkItem] = []
    for (index, idea) in ideas.enumerated() {
      let paper = PaperDefinition(campaign: campaign, ordinal: index + 1, idea: idea, baseline: baseline)
      let opening = Opening(
        campaign: "made", title: idea.title, cap: Self.cap, definition: try await blobs.keep(json: paper))
      papers.append(WorkItem(stream: Self.campaign.paper(index + 1), stage: .novelty, opening: opening))
    }
    try await append(
      Self.campaign,
      [
        .opened(
          Opening(
            campaign: "made", title: "2 ideas on toy", cap: campaign.budget,
            definition: try await blobs.keep(json: campaign))),
        .claimed(worker: worker, stage: .ideate, visit: 1, attempt: 1),
      ] + steps(.ideate, "sandbox.settings", cost: 700) + [
        .stageFinished(
          stage: .ideate, visit: 1, result: try await blobs.keep(json: IdeaBatch(ideas: ideas, baseline: baseline)),
          next: papers)
      ])
    try await fillDone(papers[0])
    try await fillDead(papers[1])
  }

  private func fillDone(_ item: WorkItem) async throws {
    let run = item.stream.run(visit: 1, ordinal: 0)
    let ask = RunAsk(
      run: run,
      opening: Opening(
        campaign: "made", title: "alpha = 2", cap: Money(nanodollars: 5000),
        parent: .init(stream: item.stream, stage: .design), definition: item.opening.definition))
    let outcome = try await result("run_1", "alpha = 2", mean: 2.5)
    let reference = try await blobs.keep(json: outcome)
    try await append(
      run,
      [.opened(ask.opening), .claimed(worker: worker, stage: .run, visit: 1, attempt: 1)]
        + steps(.run, "sandbox.run", cost: 400)
        + [.stageFinished(stage: .run, visit: 1, result: reference, next: [])])
    let record = ExperimentRecord(
      entries: [.init(change: .setting("alpha", value: "2"), run: run, result: outcome)], notes: "# Runs\n")
    let figures = FigureSet(
      figures: [.init(file: "effect.pdf", blob: try await blobs.keep([1, 2, 0, 255]), caption: "The effect")],
      code: FileTree([]), notes: "# Figures\n")
    let manuscript = Manuscript(
      title: "Alpha Matters", pdf: try await blobs.keep(Array("%PDF-1.5 made up".utf8)),
      source: FileTree([.init(path: "paper.tex", blob: try await blobs.keep(Array("\\documentclass{x}".utf8)))]),
      claims: [], layout: LayoutReport(pages: 1))
    let revision = Revision(manuscript: manuscript, review: review, isRevised: false, reason: "Nothing to mend.")
    let design: [JournalEntry.Fact] =
      [.asked(stage: .design, visit: 1, runs: [ask]), .waiting(stage: .design, visit: 1)]
      + [.folded(run: run, end: .finished(reference), booked: Money(nanodollars: 400))]
    var facts: [JournalEntry.Fact] = [.opened(item.opening)]
    facts += [.claimed(worker: worker, stage: .novelty, visit: 1, attempt: 1)]
    facts += try await finished(.novelty, NoveltyVerdict(isNovel: true, reason: "New.", comparedWith: []))
    facts += [.claimed(worker: worker, stage: .design, visit: 1, attempt: 1)] + design
    facts += try await finished(.design, record)
    facts += [.claimed(worker: worker, stage: .plot, visit: 1, attempt: 1)]
    facts += steps(.plot, "sandbox.plot", cost: 900)
    facts += try await finished(.plot, figures) + finished(.write, manuscript)
    facts += try await finished(.review, review) + finished(.revise, revision)
    try await append(item.stream, facts)
  }

  private func fillDead(_ item: WorkItem) async throws {
    let failure = Failure(kind: Failure.budgetExhaustedKind, "The next step does not fit.", advice: "Raise it.")
    var facts: [JournalEntry.Fact] = [.opened(item.opening)]
    facts += try await finished(.novelty, NoveltyVerdict(isNovel: true, reason: "New.", comparedWith: []))
    facts += [.claimed(worker: worker, stage: .design, visit: 1, attempt: 1)]
    facts += steps(.design, "sandbox.edit", cost: 50)
    let lost = step(.design, "sandbox.settings")
    facts += [
      .stepStarted(lost, attempt: 1, reserved: Money(nanodollars: 60)), .stepAbandoned(lost, attempt: 1),
      .deadLettered(stage: .design, failure: failure),
    ]
    try await append(item.stream, facts)
    let dead = WorkItem(stream: item.stream, stage: .design, opening: item.opening)
    var message = Message(dead)
    message.topic = message.topic.deadLetters
    message.headers[HeaderName.errorKind] = failure.kind
    message.headers[HeaderName.errorMessage] = failure.description
    try await deployment.log.publish([message])
  }

  private func result(_ folder: String, _ label: String, mean: Double) async throws -> RunResult {
    let info = Array(#"{"toy": {"means": {"loss_mean": \#(mean)}, "stderrs": {"loss_stderr": 0.25}}}"#.utf8)
    return RunResult(
      label: label, folder: folder,
      files: FileTree([.init(path: "final_info.json", blob: try await blobs.keep(info))]),
      code: FileTree([.init(path: "experiment.py", blob: try await blobs.keep(Array("print('edited')\n".utf8)))]),
      outputTail: "epoch 1\nepoch 2\n", findings: [], problem: nil)
  }

  private var review: Review {
    Review(
      summary: "It varies alpha.", strengths: ["It has seeds."], weaknesses: ["It is small."], originality: 2,
      quality: 3, clarity: 3, significance: 2, questions: [], limitations: [], ethicalConcerns: false, soundness: 3,
      presentation: 3, contribution: 2, overall: 6, confidence: 4, decision: "Accept",
      checklist: [.init(name: "seeds", holds: true, reason: "Three seeds.")])
  }

  private func step(_ stage: Stage, _ name: String) -> StepID {
    StepID(stage: stage, visit: 1, name: name, ordinal: 0, requestDigest: String(repeating: "a", count: 64))
  }

  private func steps(_ stage: Stage, _ name: String, cost: Int64) -> [JournalEntry.Fact] {
    let result = BlobReference(digest: String(repeating: "b", count: 64), size: 1)!
    return [
      .stepStarted(step(stage, name), attempt: 1, reserved: Money(nanodollars: 1000)),
      .stepFinished(
        step(stage, name), attempt: 1, result: result,
        charge: Charge(money: Money(nanodollars: cost), cpuNanoseconds: cost * 10)),
    ]
  }

  private func finished(_ stage: Stage, _ value: some Encodable) async throws -> [JournalEntry.Fact] {
    [.stageFinished(stage: stage, visit: 1, result: try await blobs.keep(json: value), next: [])]
  }

  private func append(_ stream: StreamID, _ facts: [JournalEntry.Fact]) async throws {
    for (number, fact) in facts.enumerated() {
      let isTaken = try await !journal.append(fact, to: stream, at: Int64(number))
      precondition(!isTaken)
    }
  }
}
