import PaperModel
import PipelineRules
import Testing

@Suite struct IntakeTests {
  private static let blob = BlobReference(digest: String(repeating: "0", count: 64), size: 0)!
  private static let paper = StreamID(.paper, "p.1")!
  private static let run = StreamID(.run, "p.1.v1r0")!
  private static let parent = Opening.Parent(stream: paper, stage: .design)
  private static let failure = Failure(kind: "k", "m")
  private static func opening(_ parent: Opening.Parent? = nil) -> Opening {
    Opening(campaign: "p", title: "", cap: Money(nanodollars: 9), parent: parent, definition: blob)
  }
  private static let me = WorkerID("me")
  private static let other = WorkerID("other")
  private static let ask = RunAsk(run: run, opening: opening(parent))
  private static let design = WorkItem(stream: paper, stage: .design, opening: opening())
  private static let plot = WorkItem(stream: paper, stage: .plot, opening: opening())
  private static let novelty = WorkItem(stream: paper, stage: .novelty, opening: opening())
  private static let runItem = WorkItem(stream: run, stage: .run, opening: opening(parent))

  private static func state(_ stream: StreamID, _ facts: [JournalEntry.Fact]) -> StreamState {
    StreamState(
      stream,
      facts.enumerated().map { JournalEntry(number: Int64($0.offset), atMicroseconds: 0, fact: $0.element) })
  }

  private static let begun: [JournalEntry.Fact] = [
    .opened(opening()), .claimed(worker: other, stage: .novelty, visit: 1, attempt: 1),
    .stageFinished(stage: .novelty, visit: 1, result: blob, next: [design]),
  ]
  private static let claimed = begun + [.claimed(worker: other, stage: .design, visit: 1, attempt: 1)]
  private static let asked = claimed + [.asked(stage: .design, visit: 1, runs: [ask])]
  private static let waiting = asked + [.waiting(stage: .design, visit: 1)]
  private static let finished =
    waiting + [
      .claimed(worker: other, stage: .design, visit: 2, attempt: 1),
      .folded(run: run, end: .cancelled, booked: .zero),
      .stageFinished(stage: .design, visit: 2, result: blob, next: [plot]),
    ]
  private static let runOpened: [JournalEntry.Fact] = [
    .opened(opening(parent)), .claimed(worker: other, stage: .run, visit: 1, attempt: 1),
  ]

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let item: WorkItem
    let facts: [JournalEntry.Fact]
    let decision: Intake
    init(_ name: String, _ item: WorkItem, _ facts: [JournalEntry.Fact], _ decision: Intake) {
      testDescription = name
      (self.item, self.facts, self.decision) = (item, facts, decision)
    }
  }

  private static let exhausted =
    claimed + [.released(stage: .design, reason: ReleaseReason.budgetExhausted + "it needs more.")]

  static let cases: [Case] = [
    Case(
      "nothing is new since the budget was exhausted", design, exhausted,
      .putOff(reason: "the budget is exhausted: it needs more.", seconds: 600)),
    Case(
      "a raised cap is news", design, exhausted + [.capChanged(Money(nanodollars: 20))], .claim(attempt: 1)),
    Case(
      "an open run of a stage whose budget is exhausted is looked at", design,
      waiting + [
        .claimed(worker: other, stage: .design, visit: 2, attempt: 1),
        .released(stage: .design, reason: ReleaseReason.budgetExhausted),
      ], .lookAtRuns),
    Case("an empty journal is claimed", novelty, [], .claim(attempt: 1)),
    Case("an opened journal is claimed", novelty, [.opened(opening())], .claim(attempt: 1)),
    Case("the next stage is claimed", design, begun, .claim(attempt: 1)),
    Case("a finished stage publishes what follows", novelty, begun, .publishFollowing([design])),
    Case("a stage ahead of its time is dropped", plot, begun, .acknowledge),
    Case("another's claim is left or taken", design, claimed, .claimedByOther(other)),
    Case(
      "an own claim that was lost counts as a loss", design,
      begun + [.claimed(worker: me, stage: .design, visit: 1, attempt: 1)], .claim(attempt: 2)),
    Case(
      "a claim that was given back is free", design, claimed + [.released(stage: .design, reason: "")],
      .claim(attempt: 1)),
    Case(
      "a failed attempt is counted", design,
      claimed + [.attemptFailed(stage: .design, attempt: 1, failure: failure)], .claim(attempt: 2)),
    Case("a visit that did not come to its end is another's", design, asked, .claimedByOther(other)),
    Case(
      "runs perhaps unpublished are claimed for", design, asked + [.released(stage: .design, reason: "")],
      .claim(attempt: 1)),
    Case("a visit that waits looks at its runs", design, waiting, .lookAtRuns),
    Case(
      "a failure is not forgotten over runs that are out", design,
      waiting + [
        .claimed(worker: other, stage: .design, visit: 2, attempt: 1),
        .attemptFailed(stage: .design, attempt: 1, failure: failure),
      ], .claim(attempt: 2)),
    Case("a late design item publishes what follows", design, finished, .publishFollowing([plot])),
    Case("the last stage has nothing to publish twice", plot, finished, .claim(attempt: 1)),
    Case(
      "a dead paper is left alone", design, claimed + [.deadLettered(stage: .design, failure: failure)], .acknowledge),
    Case("a cancelled paper is left alone", design, claimed + [.cancelled(reason: "")], .acknowledge),
    Case(
      "a replayed paper is taken up", design,
      claimed + [.deadLettered(stage: .design, failure: failure), .replayed(from: .design, reason: "")],
      .claim(attempt: 1)),
    Case(
      "an item from before a replay is dropped", plot, finished + [.replayed(from: .novelty, reason: "")],
      .acknowledge),
    Case(
      "a finished run tells its parent", runItem,
      runOpened + [.stageFinished(stage: .run, visit: 1, result: blob, next: [])], .wakeParent(parent)),
    Case(
      "a dead run tells its parent", runItem, runOpened + [.deadLettered(stage: .run, failure: failure)],
      .wakeParent(parent)),
    Case("a cancelled run tells its parent", runItem, runOpened + [.cancelled(reason: "")], .wakeParent(parent)),
  ]

  @Test(arguments: cases) func `each state is decided as the table says`(_ row: Case) {
    #expect(Intake.decide(row.item, Self.state(row.item.stream, row.facts), by: Self.me, at: 0) == row.decision)
  }

  @Test func `over any legal journal there is a decision, and never a claim at an end`() {
    for seed in 0..<3_000 as Range<UInt64> {
      var journal = RandomJournal(seed: seed)
      journal.grow(to: 35)
      for stage in StageGraph.ofPaper {
        let item = WorkItem(stream: journal.state.stream, stage: stage, opening: journal.opening)
        let decision = Intake.decide(item, journal.state, by: Self.me, at: 35)
        switch decision {
        case .claim, .rest, .giveUp, .claimedByOther, .lookAtRuns:
          if journal.state.end != nil || stage != journal.state.stage {
            Issue.record("seed \(seed) \(stage): \(decision)")
          }
        default: break
        }
      }
    }
  }
}
