import EmbeddedStore
import Journal
import MessageLog
import PaperModel
import PipelineRules
import ServiceTestSupport
import Synchronization
import Testing

@testable import Operations
@testable import Projections

/// Feeds that follow journals by their events.
@Suite struct EventFeedTests {
  /// A source whose events the test sets.
  final class Teller: EventSource {
    private let next = Mutex<[StreamEvent]?>([])

    func tell(_ events: [StreamEvent]) { next.withLock { $0 = ($0 ?? []) + events } }
    func lose() { next.withLock { $0 = nil } }
    func told() -> [StreamEvent]? {
      next.withLock { next in
        defer { next = [] }
        return next
      }
    }
  }

  struct World {
    let store: InMemoryJournal
    let journal: CountedJournal
    let clock = ManualClock()
    let teller = Teller()

    init() {
      store = InMemoryJournal(clock: clock)
      journal = CountedJournal(store)
    }

    func feed(of root: StreamID? = nil) -> EventFeed {
      EventFeed(journal, clock: clock, of: root, source: teller)
    }

    /// A campaign that opens two papers, one of which asks for a run.
    func open(_ name: String) async throws {
      let campaign = StreamID(.campaign, name)!
      let result = BlobReference(digest: String(repeating: "a", count: 64), size: 1)!
      func opening(_ parent: StreamID?) -> Opening {
        Opening(
          campaign: name, title: "made", cap: .zero, parent: parent.map { .init(stream: $0, stage: .design) },
          definition: result)
      }
      let papers = (1...2).map { WorkItem(stream: campaign.paper($0), stage: .novelty, opening: opening(nil)) }
      let run = RunAsk(run: campaign.paper(1).run(visit: 1, ordinal: 0), opening: opening(campaign.paper(1)))
      #expect(try await store.append(.opened(opening(nil)), to: campaign, at: 0))
      try await append(.stageFinished(stage: .ideate, visit: 1, result: result, next: papers), campaign)
      #expect(try await store.append(.asked(stage: .design, visit: 1, runs: [run]), to: campaign.paper(1), at: 0))
    }

    /// One with the campaign `made`.
    static func opened() async throws -> World {
      let world = World()
      try await world.open("made")
      return world
    }

    func append(_ fact: JournalEntry.Fact, _ stream: StreamID) async throws {
      let number = Int64(try await store.entries(of: stream, from: 0).count)
      #expect(try await store.append(fact, to: stream, at: number))
    }

    /// Appends an entry.
    /// - Returns: its event.
    func append(_ stream: StreamID, _ cap: Int64) async throws -> StreamEvent {
      let number = Int64(try await store.entries(of: stream, from: 0).count)
      let fact = JournalEntry.Fact.capChanged(Money(nanodollars: cap))
      #expect(try await store.append(fact, to: stream, at: number))
      return StreamEvent(try #require(try await store.entries(of: stream, from: number).first), of: stream)
    }
  }

  private let one = StreamID(.paper, "made.1")!
  private let two = StreamID(.paper, "made.2")!

  static func places(_ entries: [StreamEntry]) -> [String] {
    entries.map { "\($0.stream.name):\($0.entry.number)" }.sorted()
  }

  private func places(_ entries: [StreamEntry]) -> [String] { Self.places(entries) }

  @Test func `after the first call no journal is read, and each event is returned once`() async throws {
    let world = try await World.opened()
    let early = try await world.append(one, 1)
    let feed = world.feed()
    #expect(places(try await feed.next()) == ["made.1:0", "made.1:1", "made:0", "made:1"])
    #expect(world.journal.taken().read.count == 4)

    let later = [try await world.append(one, 2), try await world.append(one, 3)]
    let new = try await world.append(StreamID(.run, "made.1.v1r0")!, 1)
    world.teller.tell([early] + later + [new] + later)
    #expect(places(try await feed.next()) == ["made.1.v1r0:0", "made.1:2", "made.1:3"])
    world.teller.tell(later)
    #expect(try await feed.next().isEmpty)
    #expect(world.journal.taken() == CountedJournal.Counts())
  }

  @Test func `a gap, and an entry that was too large for an event, are read from that journal alone`() async throws {
    let world = try await World.opened()
    let feed = world.feed()
    _ = try await feed.next()
    _ = world.journal.taken()

    _ = try await world.append(one, 2)
    world.teller.tell([try await world.append(one, 3)])
    #expect(places(try await feed.next()) == ["made.1:1", "made.1:2"])
    #expect(world.journal.taken().read == [one])

    let large = try await world.append(two, 2)
    world.teller.tell([StreamEvent(stream: two, number: large.number)])
    #expect(places(try await feed.next()) == ["made.2:0"])
    #expect(world.journal.taken().read == [two])
  }

  @Test func `events are returned in stream order, and those of other campaigns are ignored`() async throws {
    let world = try await World.opened()
    let feed = world.feed(of: one)
    #expect(places(try await feed.next()) == ["made.1:0"])
    _ = world.journal.taken()
    let told = [try await world.append(one, 1), try await world.append(one, 2), try await world.append(two, 1)]
    world.teller.tell(told.reversed())
    #expect(try await feed.next().map(\.entry.number) == [1, 2])
    #expect(world.journal.taken().read.isEmpty)
  }

  @Test func `an entry without an event is found by the periodic read`() async throws {
    let world = try await World.opened()
    let feed = world.feed()
    _ = try await feed.next()
    _ = try await world.append(two, 1)
    world.clock.advance(seconds: 29)
    #expect(try await feed.next().isEmpty)
    world.clock.advance(seconds: 1)
    #expect(places(try await feed.next()) == ["made.2:0"])
  }

  @Test func `if events are missing, or there is no source, the journals are read at once`() async throws {
    let world = try await World.opened()
    let feed = world.feed()
    let alone = EventFeed(world.journal, clock: world.clock)
    _ = try await feed.next()
    _ = try await alone.next()
    for cap in 1...3 {
      _ = try await world.append(one, Int64(cap))
      world.teller.lose()
      #expect(places(try await feed.next()) == ["made.1:\(cap)"])
      #expect(places(try await alone.next()) == ["made.1:\(cap)"])
    }
  }

  @Test func `events of a failed call are found by the next one`() async throws {
    let world = try await World.opened()
    let feed = world.feed()
    _ = try await feed.next()
    let whole = try await world.append(one, 1)
    _ = try await world.append(two, 1)
    world.teller.tell([whole, try await world.append(two, 2)])
    world.journal.setAway(true)
    await #expect(throws: CountedJournal.OutOfReach.self) { try await feed.next() }
    world.journal.setAway(false)
    #expect(places(try await feed.next()) == ["made.1:1", "made.2:0", "made.2:1"])
  }

  @Test func `for one campaign only its own streams are listed and read`() async throws {
    let world = World()
    for name in ["made", "made-x", "other"] { try await world.open(name) }
    let feed = EventFeed(world.journal, clock: world.clock, of: StreamID(.campaign, "made")!)
    #expect(places(try await feed.next()) == ["made.1:0", "made:0", "made:1"])
    let asked = world.journal.taken()
    #expect(asked.read.count == 4 && asked.lists == 0)
  }

  @Test func `a clock that is behind does not put an entry before its predecessor`() async throws {
    let world = try await World.opened()
    world.clock.advance(seconds: 60)
    _ = try await world.append(two, 1)
    let early = StreamEvent(
      JournalEntry(number: 1, atMicroseconds: 0, fact: .capChanged(Money(nanodollars: 2))), of: two)
    let feed = world.feed()
    _ = try await feed.next()
    world.teller.tell([
      early, StreamEvent(JournalEntry(number: 2, atMicroseconds: -1, fact: .capChanged(.zero)), of: two),
    ])
    #expect(try await feed.next().map(\.entry.number) == [1, 2])
  }
}

/// Looks that go on where those of earlier processes ended.
@Suite struct KeptFeedTests {
  private struct Told: EventHistory {
    let changes: ToldChanges
    func changes(since mark: [UInt8]?) async -> ToldChanges { mark == nil ? .unknown(mark: [1]) : changes }
  }

  private static func withStore(_ body: (EmbeddedBoardStore) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
      let store = try await EmbeddedStore(folder: folder)
      try await body(EmbeddedBoardStore(store))
      await store.close()
    }
  }

  /// One look of one process: all that is new, saved.
  private static func look(
    _ world: EventFeedTests.World, _ store: EmbeddedBoardStore, of root: StreamID? = nil,
    told: ToldChanges = .these([], mark: [2])
  ) async throws -> [String] {
    let feed = EventFeed(
      world.journal, clock: world.clock, of: root, history: Told(changes: told), store: store,
      after: try await store.position())
    var found: [StreamEntry] = []
    while case let part = try await feed.next(), !part.isEmpty { found += part }
    #expect(try await store.save(position: feed.position, rows: try await feed.changes()))
    await feed.saved()
    return EventFeedTests.places(found)
  }

  @Test func `the next process reads what is not at its end, and some of the rest in turn`() async throws {
    try await Self.withStore { store in
      let world = try await EventFeedTests.World.opened()
      // The campaign itself has made its ideas.
      var ended: Set<StreamID> = [StreamID(.campaign, "made")!]
      for number in 0..<100 {
        let campaign = StreamID(.campaign, "over\(number)")!
        let result = BlobReference(digest: String(repeating: "a", count: 64), size: 1)!
        try await world.append(.cancelled(reason: "\(result)"), campaign)
        ended.insert(campaign)
      }
      #expect(try await Self.look(world, store).count == 103)
      _ = world.journal.taken()
      _ = try await world.append(two, 1)
      #expect(try await Self.look(world, store) == ["made.2:0"])
      let first = world.journal.taken().read
      #expect(Set(first).intersection(ended).count == 64 && first.count == 64 + 3)
      #expect(try await Self.look(world, store).isEmpty)
      let second = world.journal.taken().read
      #expect(Set(first).union(second).isSuperset(of: ended) && second.count < 64 + 4)
    }
  }

  @Test func `what was changed after its end is found by what was told, or by reading all`() async throws {
    try await Self.withStore { store in
      let world = try await EventFeedTests.World.opened()
      let all = (0..<300).map { StreamID(.campaign, "over\($0)")! }
      for campaign in all { try await world.append(.cancelled(reason: "made"), campaign) }
      _ = try await Self.look(world, store)
      // Far from those that are read in turn.
      let changed = all.sorted().suffix(2)
      for campaign in changed { try await world.append(.capChanged(.zero), campaign) }
      #expect(try await Self.look(world, store, told: .away).isEmpty)
      let (first, last) = (changed.first!, changed.last!)
      #expect(try await Self.look(world, store, told: .these([first], mark: [3])) == ["\(first.name):1"])
      #expect(try await Self.look(world, store, told: .unknown(mark: [4])) == ["\(last.name):1"])
    }
  }

  @Test func `a look at one campaign reads all of it, and leaves the rest for later`() async throws {
    try await Self.withStore { store in
      let world = try await EventFeedTests.World.opened()
      try await world.open("other")
      let made = StreamID(.campaign, "made")!
      #expect(try await Self.look(world, store, of: made) == ["made.1:0", "made:0", "made:1"])
      try await world.append(.cancelled(reason: "made"), two)
      #expect(try await Self.look(world, store, of: made) == ["made.2:0"])
      try await world.append(.capChanged(.zero), two)
      #expect(try await Self.look(world, store, of: made) == ["made.2:1"])
      #expect(try await Self.look(world, store) == ["other.1:0", "other:0", "other:1"])
    }
  }

  @Test func `a store that was put back to an older copy is noticed, and looked at anew`() async throws {
    try await Self.withStore { store in
      let world = try await EventFeedTests.World.opened()
      let copy = try await EventFeedTests.World.opened()
      _ = try await world.append(one, 1)
      func board(_ world: EventFeedTests.World) -> Board {
        Board(
          journal: world.journal, blobs: NoBlobs(), store: store, clock: world.clock, leastToSave: 1
        ) { saved in EventFeed(world.journal, clock: world.clock, store: store, after: saved) }
      }
      #expect(try await board(world).campaigns().map(\.papers[0].cap.nanodollars) == [1])
      await #expect(throws: ForeignMemory.self) { try await Self.look(copy, store) }
      #expect(try await board(copy).campaigns().map(\.papers[0].cap.nanodollars) == [0])
    }
  }

  @Test func `lines that were kept by many looks are those of one look`() async throws {
    try await Self.withStore { store in
      let world = EventFeedTests.World()
      for name in ["one", "two", "three"] {
        try await world.open(name)
        let paper = StreamID(.paper, "\(name).2")!
        for fact: JournalEntry.Fact in [
          .capChanged(Money(nanodollars: 5)), .cancelled(reason: "made"), .replayed(from: .novelty, reason: "made"),
        ] {
          try await world.append(fact, paper)
          let kept = Board(
            journal: world.journal, blobs: NoBlobs(), store: store, clock: world.clock, leastToSave: 1
          ) { saved in
            EventFeed(
              world.journal, clock: world.clock, history: Told(changes: .these([paper], mark: [1])), store: store,
              after: saved)
          }
          let whole = Board(journal: world.journal, blobs: NoBlobs(), clock: world.clock) { _ in
            EventFeed(world.journal, clock: world.clock)
          }
          let lines = try await kept.campaigns()
          #expect(try await whole.campaigns() == lines)
          #expect(try await kept.openCampaigns() == whole.openCampaigns())
          for line in lines { #expect(try await kept.campaign(line.stream, papers: 2...9)?.papers == [line.papers[1]]) }
        }
      }
    }
  }

  private let one = StreamID(.paper, "made.1")!
  private let two = StreamID(.paper, "made.2")!
}

/// A store of blobs that nothing is asked of.
struct NoBlobs: BlobStore {
  struct Asked: Error {}
  func keep(_ bytes: [UInt8]) async throws -> BlobReference { throw Asked() }
  func bytes(of reference: BlobReference) async throws -> [UInt8] { throw Asked() }
}
