import Journal
import PaperModel
import PipelineRules
import Projections
import Testing

/// What a command that ends once nothing is left to do does not wait for.
@Suite struct StandstillTests {
  private let campaign = StreamID(.campaign, "made")!
  private let blob = BlobReference(digest: String(repeating: "a", count: 64), size: 1)!

  private func opening(_ title: String) -> Opening {
    Opening(campaign: "made", title: title, cap: Money(nanodollars: 1_000), definition: blob)
  }

  /// The standstill of a campaign with two papers, each with some facts after it was opened.
  private func standstill(
    _ papers: [[JournalEntry.Fact]], paused: Bool = false, living: String? = nil
  ) async throws -> Standstill? {
    let journal = InMemoryJournal(clock: ManualClock())
    func append(_ facts: [JournalEntry.Fact], to stream: StreamID) async throws {
      for (number, fact) in facts.enumerated() {
        #expect(try await journal.append(fact, to: stream, at: Int64(number)))
      }
    }
    let items = papers.indices.map { number in
      WorkItem(stream: campaign.paper(number + 1), stage: .novelty, opening: opening("paper"))
    }
    let claim = JournalEntry.Fact.claimed(worker: WorkerID("gone"), stage: .ideate, visit: 1, attempt: 1)
    try await append(
      [.opened(opening("made")), claim, .stageFinished(stage: .ideate, visit: 1, result: blob, next: items)],
      to: campaign)
    for (item, facts) in zip(items, papers) {
      try await append([.opened(item.opening)] + facts, to: item.stream)
    }
    if let living { try await journal.beat(WorkerID(living)) }
    let board = Board(journal: journal, blobs: NoBlobs(), clock: MachineClock()) { _ in
      EventFeed(journal, clock: MachineClock())
    }
    return try await board.standstills(of: [campaign], paused: paused ? [campaign] : [])[campaign]
  }

  private func claimed(_ worker: String = "gone") -> JournalEntry.Fact {
    .claimed(worker: WorkerID(worker), stage: .novelty, visit: 1, attempt: 1)
  }
  private func released(_ reason: String) -> JournalEntry.Fact { .released(stage: .novelty, reason: reason) }
  private var exhausted: [JournalEntry.Fact] { [claimed(), released(ReleaseReason.budgetExhausted + "raise it.")] }
  private var dead: [JournalEntry.Fact] {
    [claimed(), .deadLettered(stage: .novelty, failure: Failure(kind: "hopeless", "It never works."))]
  }

  @Test func `a paused campaign is not waited for once no living worker has a part of it`() async throws {
    #expect(try await standstill([[], []], paused: true) == .paused)
    #expect(try await standstill([[claimed("busy")], []], paused: true, living: "busy") == nil)
    #expect(try await standstill([[claimed("busy")], []], paused: true) == .paused)
    #expect(try await standstill([[], []]) == nil)
  }

  @Test func `papers that wait for a raise are not waited for, unless another can go on`() async throws {
    let wait = Standstill.budget(campaign.paper(1), reason: "raise it.")
    #expect(try await standstill([exhausted, exhausted]) == wait)
    #expect(try await standstill([exhausted, dead]) == wait)
    #expect(try await standstill([exhausted, []]) == nil)
    #expect(try await standstill([exhausted, [claimed(), released("a provider asks for a pause")]]) == nil)
    #expect(try await standstill([exhausted, exhausted + [claimed()]]) == nil)
  }

  @Test func `a paper with runs out is waited for, though its budget is exhausted`() async throws {
    let parent = Opening.Parent(stream: campaign.paper(1), stage: .design)
    let asked = Opening(
      campaign: "made", title: "run", cap: Money(nanodollars: 10), parent: parent, definition: blob)
    let ask = RunAsk(run: StreamID(.run, "made.1.v1r0")!, opening: asked)
    let facts: [JournalEntry.Fact] = [
      .claimed(worker: WorkerID("gone"), stage: .design, visit: 1, attempt: 1),
      .asked(stage: .design, visit: 1, runs: [ask], memo: nil),
      .released(stage: .design, reason: ReleaseReason.budgetExhausted + "raise it."),
    ]
    #expect(try await standstill([facts, exhausted]) == nil)
  }
}
