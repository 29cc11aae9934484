import Journal
import PaperModel
import Testing

@testable import Projections

/// The requests that a view of many papers makes to a remote store.
@Suite struct OverviewTests {
  private let definition = BlobReference(digest: String(repeating: "a", count: 64), size: 1)!
  private let workers = [WorkerID("lives"), WorkerID("lost")]

  private func opening(_ campaign: StreamID) -> Opening {
    Opening(campaign: campaign.name, title: "Made up", cap: Money(nanodollars: 100), definition: definition)
  }

  private func append(_ facts: [JournalEntry.Fact], to stream: StreamID, _ journal: any Journal) async throws {
    for (number, fact) in facts.enumerated() {
      #expect(try await journal.append(fact, to: stream, at: Int64(number)))
    }
  }

  /// A campaign of papers that several workers hold, and a last one that no worker has begun.
  private func make(_ name: String, papers count: Int, in journal: any Journal) async throws {
    let campaign = StreamID(.campaign, name)!
    let items = (1...count).map {
      WorkItem(stream: campaign.paper($0), stage: .novelty, opening: opening(campaign))
    }
    try await append(
      [
        .opened(opening(campaign)), .claimed(worker: workers[0], stage: .ideate, visit: 1, attempt: 1),
        .stageFinished(stage: .ideate, visit: 1, result: definition, next: items),
      ], to: campaign, journal)
    for (index, item) in items.dropLast().enumerated() {
      try await append(
        [.opened(item.opening), .claimed(worker: workers[index % 2], stage: .novelty, visit: 1, attempt: 1)],
        to: item.stream, journal)
    }
  }

  @Test func `every journal is read once, only campaigns are listed, and the living workers are listed once`()
    async throws
  {
    let journal = CountedJournal(InMemoryJournal(clock: ManualClock()))
    for (name, count) in [("first", 21), ("second", 1), ("third", 11)] {
      try await make(name, papers: count, in: journal)
    }
    try await journal.beat(workers[0])
    let board = Board(journal: journal, blobs: NoBlobs(), clock: ManualClock()) { _ in
      EventFeed(journal, clock: ManualClock())
    }
    let campaigns = try await board.campaigns()
    #expect(campaigns.map(\.stream.name) == ["first", "second", "third"])
    #expect(campaigns.map(\.papers.count) == [21, 1, 11])
    for campaign in campaigns {
      #expect(campaign.papers.map(\.stream) == (1...campaign.papers.count).map { campaign.stream.paper($0) })
      let expected = campaign.papers.indices.dropLast().map {
        $0 % 2 == 0 ? Standing.running : .queued
      }
      #expect(campaign.papers.map(\.standing) == expected + [.queued])
    }
    let asked = journal.taken()
    #expect(asked.read.count == 3 + 33 && Set(asked.read).count == asked.read.count)
    // One page of campaigns, and one that is empty.
    #expect(asked.lists == 2 && asked.beats == 1)
  }
}
