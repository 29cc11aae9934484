import Journal
import MessageLog
import PaperModel
import PipelineRules
import Synchronization
import Testing

@testable import Operations
@testable import Projections

/// Feeds that follow journals by their events.
@Suite struct EventFeedTests {
  /// A source whose events the test sets.
  private final class Teller: EventSource {
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

  private struct World {
    let store: InMemoryJournal
    let journal: CountedJournal
    let clock = ManualClock()
    let teller = Teller()

    init() {
      store = InMemoryJournal(clock: clock)
      journal = CountedJournal(store)
    }

    func feed(among isIncluded: @escaping @Sendable (StreamID) -> Bool = { _ in true }) -> EventFeed {
      EventFeed(journal, clock: clock, among: isIncluded, source: teller)
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

  private func places(_ entries: [StreamEntry]) -> [String] {
    entries.map { "\($0.stream.name):\($0.entry.number)" }.sorted()
  }

  @Test func `after the first call no journal is read, and each event is returned once`() async throws {
    let world = World()
    let early = try await world.append(one, 1)
    _ = try await world.append(two, 1)
    let feed = world.feed()
    #expect(places(try await feed.next()) == ["made.1:0", "made.2:0"])
    #expect(world.journal.taken().read.count == 2)

    let later = [try await world.append(one, 2), try await world.append(one, 3)]
    let new = try await world.append(StreamID(.run, "made.1.v1r0")!, 1)
    world.teller.tell([early] + later + [new] + later)
    #expect(places(try await feed.next()) == ["made.1.v1r0:0", "made.1:1", "made.1:2"])
    world.teller.tell(later)
    #expect(try await feed.next().isEmpty)
    #expect(world.journal.taken() == CountedJournal.Counts())
  }

  @Test func `a gap, and an entry that was too large for an event, are read from that journal alone`() async throws {
    let world = World()
    for stream in [one, two] { _ = try await world.append(stream, 1) }
    let feed = world.feed()
    _ = try await feed.next()
    _ = world.journal.taken()

    _ = try await world.append(one, 2)
    world.teller.tell([try await world.append(one, 3)])
    #expect(places(try await feed.next()) == ["made.1:1", "made.1:2"])
    #expect(world.journal.taken().read == [one])

    let large = try await world.append(two, 2)
    world.teller.tell([StreamEvent(stream: two, number: large.number)])
    #expect(places(try await feed.next()) == ["made.2:1"])
    #expect(world.journal.taken().read == [two])
  }

  @Test func `events are returned in stream order, and those of other campaigns are ignored`() async throws {
    let world = World()
    let one = one
    let feed = world.feed(among: { $0 == one })
    _ = try await feed.next()
    let told = [try await world.append(one, 1), try await world.append(one, 2), try await world.append(two, 1)]
    world.teller.tell(told.reversed())
    #expect(try await feed.next().map(\.entry.number) == [0, 1])
    #expect(world.journal.taken().read.isEmpty)
  }

  @Test func `an entry without an event is found by the periodic read`() async throws {
    let world = World()
    let feed = world.feed()
    _ = try await feed.next()
    _ = try await world.append(one, 1)
    world.clock.advance(seconds: 29)
    #expect(try await feed.next().isEmpty)
    world.clock.advance(seconds: 1)
    #expect(places(try await feed.next()) == ["made.1:0"])
  }

  @Test func `if events are missing, or there is no source, the journals are read at once`() async throws {
    let world = World()
    let feed = world.feed()
    let alone = EventFeed(world.journal, clock: world.clock)
    for cap in 1...3 {
      _ = try await world.append(one, Int64(cap))
      world.teller.lose()
      #expect(places(try await feed.next()) == ["made.1:\(cap - 1)"])
      #expect(places(try await alone.next()) == ["made.1:\(cap - 1)"])
    }
  }

  @Test func `events of a failed call are found by the next one`() async throws {
    let world = World()
    let feed = world.feed()
    _ = try await feed.next()
    let whole = try await world.append(one, 1)
    _ = try await world.append(two, 1)
    world.teller.tell([whole, try await world.append(two, 2)])
    world.journal.setAway(true)
    await #expect(throws: CountedJournal.OutOfReach.self) { try await feed.next() }
    world.journal.setAway(false)
    #expect(places(try await feed.next()) == ["made.1:0", "made.2:0", "made.2:1"])
  }
}

extension EventFeedTests {
  @Test func `for one campaign only its own streams are listed and read`() async throws {
    let world = World()
    for name in ["made", "made-x", "other"] {
      _ = try await world.append(StreamID(.campaign, name)!, 1)
      _ = try await world.append(StreamID(.paper, "\(name).1")!, 1)
      _ = try await world.append(StreamID(.run, "\(name).1.v1r0")!, 1)
    }
    let feed = EventFeed(world.journal, clock: world.clock, campaign: "made")
    #expect(places(try await feed.next()) == ["made.1.v1r0:0", "made.1:0", "made:0"])
    #expect(world.journal.taken().read.count == 3)
  }

  @Test func `a clock that is behind does not put an entry before its predecessor`() async throws {
    let world = World()
    _ = try await world.append(one, 1)
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

/// A store of blobs that is never asked.
struct NoBlobs: BlobStore {
  struct Asked: Error {}
  func keep(_ bytes: [UInt8]) async throws -> BlobReference { throw Asked() }
  func bytes(of reference: BlobReference) async throws -> [UInt8] { throw Asked() }
}
