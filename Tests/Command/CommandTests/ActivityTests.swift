import Journal
import MessageLog
import PaperModel
import Testing

@testable import Projections

@Suite struct ActivityTests {
  /// A source that never has events.
  private struct Silence: EventSource {
    func told() async -> [StreamEvent]? { [] }
  }

  /// A campaign with one paper that has a fact.
  private static func open(_ fact: JournalEntry.Fact, _ journal: any Journal) async throws {
    let result = BlobReference(digest: String(repeating: "a", count: 64), size: 1)!
    let campaign = StreamID(.campaign, "made")!
    let opening = Opening(campaign: "made", title: "made", cap: .zero, definition: result)
    let next = [WorkItem(stream: campaign.paper(1), stage: .novelty, opening: opening)]
    #expect(
      try await journal.append(
        .stageFinished(stage: .ideate, visit: 1, result: result, next: next), to: campaign, at: 0))
    #expect(try await journal.append(fact, to: campaign.paper(1), at: 0))
  }

  @Test func `with events a refresh reads no journal, and a heartbeat every five seconds`()
    async throws
  {
    let clock = ManualClock()
    let journal = CountedJournal(InMemoryJournal(clock: clock))
    let worker = WorkerID("one")
    let fact = JournalEntry.Fact.claimed(worker: worker, stage: .novelty, visit: 1, attempt: 1)
    try await Self.open(fact, journal)
    try await journal.beat(worker)
    let activity = Board(journal: journal, blobs: NoBlobs(), clock: clock, beliefMicroseconds: 5_000_000) { _ in
      EventFeed(journal, clock: clock, source: Silence())
    }
    let unfinished: [Topic: Int64] = [.work(.novelty): 3]
    let first = try await activity.activity(paused: [], unfinished: unfinished)
    #expect(first.workers.map(\.isAlive) == [true] && first.unfinished == unfinished)
    #expect(journal.taken().beats == 1)

    clock.advance(seconds: 4)
    try await journal.sayGoodbye(worker)
    #expect(try await activity.activity(paused: []).workers.map(\.isAlive) == [true])
    #expect(journal.taken() == CountedJournal.Counts())
    clock.advance(seconds: 1)
    #expect(try await activity.activity(paused: []).workers.map(\.isAlive) == [false])
    #expect(journal.taken().beats == 1)
  }

  @Test func `without events every refresh reads heartbeats`() async throws {
    let journal = CountedJournal(InMemoryJournal(clock: ManualClock()))
    let worker = WorkerID("one")
    let fact = JournalEntry.Fact.claimed(worker: worker, stage: .novelty, visit: 1, attempt: 1)
    try await Self.open(fact, journal)
    let activity = Board(journal: journal, blobs: NoBlobs(), clock: MachineClock()) { _ in
      EventFeed(journal, clock: MachineClock())
    }
    for isAlive in [true, false] {
      if isAlive { try await journal.beat(worker) } else { try await journal.sayGoodbye(worker) }
      #expect(try await activity.activity(paused: []).workers.map(\.isAlive) == [isAlive])
    }
  }

  @Test func `a worker that had no work yet is listed, and one that submits is none`() async throws {
    let clock = ManualClock()
    let journal = InMemoryJournal(clock: clock)
    let (busy, idle, frozen) = (WorkerID("busy"), WorkerID("idle"), WorkerID("frozen"))
    try await Self.open(.claimed(worker: busy, stage: .novelty, visit: 1, attempt: 1), journal)
    try await journal.beat(frozen)
    clock.advance(seconds: Int(Heartbeat.staleAfter.components.seconds) + 1)
    for worker in [busy, idle, .submitter()] { try await journal.beat(worker) }
    let activity = Board(journal: journal, blobs: NoBlobs(), clock: clock) { _ in EventFeed(journal, clock: clock) }
    let workers = try await activity.activity(paused: []).workers
    #expect(workers.map(\.worker) == [busy, idle] && workers.allSatisfy(\.isAlive))
    #expect(workers.map(\.holds.count) == [1, 0])
  }
}
