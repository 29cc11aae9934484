import GeneratorTestSupport
import PaperModel
import PipelineRules
import Testing

/// Journals that can be read and do not add up: what broken programs and broken hands leave.
@Suite struct DamagedJournalTests {
  private static let paper = StreamID(.paper, "p.1")!
  private static let blob = BlobReference(digest: String(repeating: "0", count: 64), size: 0)!
  private static let opened = JournalEntry.Fact.opened(
    Opening(campaign: "p", title: "", cap: Money(nanodollars: 100), definition: blob))
  private static let step = StepID(
    stage: .novelty, visit: 1, name: "s", ordinal: 0, requestDigest: String(repeating: "0", count: 64))
  private static let claimed = JournalEntry.Fact.claimed(
    worker: WorkerID("w"), stage: .novelty, visit: 1, attempt: 1)
  private static let charge = Charge(money: Money(nanodollars: 1))
  private static let finished = JournalEntry.Fact.stepFinished(step, attempt: 1, result: blob, charge: charge)
  private static let started = JournalEntry.Fact.stepStarted(step, attempt: 1, reserved: Money(nanodollars: 2))
  private static let huge = Money(nanodollars: 1_000_000_000_000_000_000)

  private static func damage(_ facts: [JournalEntry.Fact]) -> JournalError? {
    let entries = facts.enumerated().map { JournalEntry(number: Int64($0), atMicroseconds: 0, fact: $1) }
    do { _ = try StreamState(paper, entries) } catch { return error }
    return nil
  }

  private static let contradictions: [(String, [JournalEntry.Fact])] = [
    ("comes first and does not open", [claimed]), ("opens the stream a second time", [opened, opened]),
    ("never reserved", [opened, claimed, finished]),
    ("never reserved", [opened, .settledLate(step, attempt: 1, charge: charge)]),
    ("reserves", [opened, claimed, started, started]),
    ("a second time", [opened, claimed, started, finished, finished]),
    ("after its end", [opened, .cancelled(reason: ""), claimed]),
    (
      "after its end",
      [opened, claimed, .deadLettered(stage: .novelty, failure: Failure(kind: "k", "m"))].flatMap {
        if case .deadLettered = $0 { [$0, $0] } else { [$0] }
      }
    ), ("no stage of a paper", [opened, .claimed(worker: WorkerID("w"), stage: .run, visit: 1, attempt: 1)]),
    ("no stage of a paper", [opened, .replayed(from: .ideate, reason: "")]),
    ("not out", [opened, claimed, .folded(run: StreamID(.run, "r")!, end: .cancelled, booked: .zero)]),
    (
      "more than they can count",
      [opened, claimed]
        + (1...10).map { .stepStarted(step, attempt: $0, reserved: huge) }
    ),
  ]

  @Test(arguments: contradictions.indices)
  func `an entry that contradicts its predecessors is an error that names it`(index: Int) throws {
    let (complaint, facts) = Self.contradictions[index]
    let error = try #require(Self.damage(facts))
    #expect(error.kind == .damaged && error.damagedStream == Self.paper)
    #expect(error.message.contains(complaint) && error.message.contains("paper/p.1"), "\(error)")
    #expect(error.message.contains("Entry \(facts.count - 1) "), "\(error)")
    #expect(Self.damage(Array(facts.dropLast())) == nil)
  }

  @Test func `an entry in the place of another one is an error`() {
    #expect(throws: JournalError.self) {
      try StreamState(Self.paper, [JournalEntry(number: 1, atMicroseconds: 0, fact: Self.opened)])
    }
  }

  @Test func `a late settlement and the owner's own end may come in either order`() {
    let late = JournalEntry.Fact.settledLate(Self.step, attempt: 1, charge: Self.charge)
    let begun = [Self.opened, Self.claimed, Self.started]
    #expect(Self.damage(begun + [late, .stepAbandoned(Self.step, attempt: 1), late]) == nil)
    #expect(Self.damage(begun + [Self.finished, late]) == nil)
  }

  @Test func `no journal, however damaged, traps the state or what is decided by it`() {
    var damaged = 0
    for seed in 0..<4_000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var journal = RandomJournal(seed: seed)
      journal.grow(to: 30)
      let entries = Self.broken(journal.entries, &random)
      var state = StreamState(Self.paper)
      do { for entry in entries { try state.apply(entry) } } catch {
        damaged += 1
        #expect(error.damagedStream == Self.paper, "\(error)")
      }
      let item = WorkItem(stream: Self.paper, stage: state.stage, opening: journal.opening)
      _ = Intake.decide(item, state, by: WorkerID("w"), at: Int64(random.below(1_000_000_000)))
      _ = (state.remaining, state.books.settled, state.books.reserved, state.books.uncertain, state.openRuns.count)
    }
    #expect(damaged > 1_000, "only \(damaged) of them were damaged: the test breaks too little")
  }

  /// Entries left out, doubled, exchanged, taken from another journal, with other numbers and huge amounts.
  private static func broken(_ entries: [JournalEntry], _ random: inout SeededGenerator) -> [JournalEntry] {
    var facts = entries.map(\.fact)
    for _ in 0..<(1 + random.below(4)) {
      let place = random.below(facts.count)
      switch random.below(5) {
      case 0: facts.remove(at: place)
      case 1: facts.insert(facts[place], at: random.below(facts.count))
      case 2: facts.swapAt(place, random.below(facts.count))
      case 3:
        var other = RandomJournal(seed: random.next())
        other.grow(to: 20)
        facts.insert(other.entries[random.below(20)].fact, at: place)
      default:
        let run = RunAsk(
          run: StreamID(.run, "r\(random.below(9))")!,
          opening: Opening(
            campaign: "p", title: "", cap: huge, parent: Opening.Parent(stream: paper, stage: .design), definition: blob
          ))
        let wild: [JournalEntry.Fact] = [
          .capChanged(huge), .asked(stage: .design, visit: Int(UInt32.max), runs: [run]),
          .stepStarted(step, attempt: 1 + random.below(9), reserved: huge),
          .claimed(worker: WorkerID(""), stage: Stage.allCases[random.below(8)], visit: 1, attempt: Int(UInt32.max)),
          .waiting(stage: .design, visit: Int(UInt32.max)),
        ]
        facts.insert(wild[random.below(wild.count)], at: place)
      }
      if facts.isEmpty { break }
    }
    let latest: Int64 = 253_402_300_799_999_999
    return facts.enumerated().map { number, fact in
      let isLate = random.below(10) == 0
      return JournalEntry(
        number: Int64(random.below(60) == 0 ? random.below(100) : number), atMicroseconds: isLate ? latest : 0,
        fact: fact)
    }
  }
}
