import PaperModel
import WireFormat

/// The values of the golden messages, by file name. Released ones are never changed: everything that was ever written
/// must be readable.
enum GoldenValues {
  static let entries: [String: JournalEntry.Fact] = [
    "opened": .opened(opening),
    "opened-run": .opened(runOpening),
    "opened-preferred": .opened(preferred),
    "claimed": .claimed(worker: WorkerID("lab-3.4711.k2"), stage: .design, visit: 2, attempt: 3),
    "stepStarted": .stepStarted(step, attempt: 2, reserved: Money(nanodollars: 250_000_000)),
    "stepFinished": .stepFinished(step, attempt: 2, result: blob("a"), charge: charge),
    "stepFailed": .stepFailed(step, attempt: 1, failure: failure, charge: charge),
    "stepUnsettled": .stepUnsettled(step, attempt: 1, .missing(failure), receipt),
    "stepUnsettled-result": .stepUnsettled(
      step, attempt: 3, .whole(blob("a")), Receipt(endpoint: "mailbox", model: "", reason: "no usage came")),
    "stepAbandoned": .stepAbandoned(step, attempt: 300),
    "settledLate": .settledLate(step, attempt: 1, charge: charge),
    "asked": .asked(
      stage: .design, visit: 2,
      runs: [
        RunAsk(run: paper.run(visit: 2, ordinal: 0), opening: runOpening),
        RunAsk(run: paper.run(visit: 2, ordinal: 1), opening: runOpening),
      ]),
    "asked-memo": .asked(
      stage: .design, visit: 2, runs: [RunAsk(run: paper.run(visit: 2, ordinal: 0), opening: runOpening)],
      memo: blob("c")),
    "stepFinished-usage": .stepFinished(
      step, attempt: 1, result: blob("a"),
      charge: Charge(
        money: Money(nanodollars: 1_250_000),
        usage: [
          .inputTokens(12_000), .cachedTokens(8_000), .outputTokens(900), .images(2),
          Usage(kind: "searches", amount: 1, unit: "search"),
        ])),
    "stepFailed-later": .stepFailed(
      step, attempt: 1,
      failure: Failure(
        kind: "overloaded", "The provider asks for an hour's pause.", retryability: .later(afterSeconds: 3600)),
      charge: .none),
    "waiting": .waiting(stage: .ideate, visit: 1),
    "folded-finished": .folded(
      run: paper.run(visit: 2, ordinal: 0), end: .finished(blob("b")), booked: Money(nanodollars: 77)),
    "folded-dead": .folded(run: paper.run(visit: 2, ordinal: 1), end: .dead(failure), booked: .zero),
    "folded-cancelled": .folded(run: paper.run(visit: 2, ordinal: 2), end: .cancelled, booked: .zero),
    "stageFinished": .stageFinished(
      stage: .ideate, visit: 1, result: blob("c"), next: [workItem(.novelty), workItem(.plot)]),
    "attemptFailed": .attemptFailed(stage: .write, attempt: 1, failure: failure),
    "released": .released(stage: .review, reason: "The worker drains."),
    "deadLettered": .deadLettered(
      stage: .revise, failure: Failure(kind: "budgetExhausted", "The cap of $3.00 is reached.")),
    "cancelled": .cancelled(reason: "No longer wanted – «déjà vu» 🐟"),
    "capChanged": .capChanged(Money(nanodollars: 1_000_000_000_000_000_000)),
    "capChanged-grant": .capChanged(Money(nanodollars: 4_400_000_000), grant: 17),
    "granted": .granted(paper: paper, Money(nanodollars: 4_400_000_000)),
    "replayed": .replayed(from: .plot, reason: "The fonts are installed now."),
  ]

  static func entry(_ fact: JournalEntry.Fact) -> JournalEntry {
    JournalEntry(number: 300, atMicroseconds: 1_790_000_000_123_456, fact: fact)
  }

  static let workItems: [String: WorkItem] = Dictionary(
    uniqueKeysWithValues: Stage.allCases.map { ("work-\($0.rawValue)", workItem($0)) }
      + [("work-preferred", WorkItem(stream: paper, stage: .write, opening: preferred))])

  static let events: [String: StreamEvent] = [
    "event": StreamEvent(entry(.stepFinished(step, attempt: 2, result: blob("a"), charge: charge)), of: paper),
    "event-large": StreamEvent(stream: paper, number: 300),
  ]

  static let page = [
    PagedEntry(paper, 300, bytes: WireFormat.encode(entry(.waiting(stage: .design, visit: 2)))),
    PagedEntry(
      StreamID(.run, "grokking-4f2a.1.s2")!, 300, bytes: WireFormat.encode(entry(.cancelled(reason: "Enough.")))),
  ]

  private static let paper = StreamID(.paper, "grokking-4f2a.1")!

  private static let step = StepID(
    stage: .design, visit: 2, name: "sandbox.plot", ordinal: 4, requestDigest: blob("d").digest)

  private static let charge = Charge(
    money: Money(nanodollars: 123_456_789), cpuNanoseconds: 2_000_000_001, wallNanoseconds: 1_000_000_002)

  private static let receipt = {
    var receipt = Receipt(
      endpoint: "https://models.example/v1/messages", model: "large-2", reason: "the answer was cut off")
    receipt.requestID = "req_011"
    receipt.answerID = "msg_012"
    receipt.counted = [.inputTokens(2_500)]
    receipt.seenBytes = 812
    return receipt
  }()

  private static let failure = Failure(
    kind: "toolMissing", "There is no latexmk.", advice: "Install it.", retryability: .transient)

  private static let opening = Opening(
    campaign: "grokking-4f2a", title: "Grokking, slowly", cap: Money(nanodollars: 15_000_000_000),
    definition: blob("e"))

  private static let preferred = Opening(
    campaign: "grokking-4f2a", title: "Grokking, soon", cap: .zero, priority: Priority(-100)!, definition: blob("e"))

  private static let runOpening = Opening(
    campaign: "grokking-4f2a", title: "Seed 2", cap: Money(nanodollars: 500_000_000),
    parent: Opening.Parent(stream: paper, stage: .design), device: .gpu, definition: blob("f"))

  private static func workItem(_ stage: Stage) -> WorkItem {
    switch stage.streamKind {
    case .campaign: WorkItem(stream: StreamID(.campaign, "grokking-4f2a")!, stage: stage, opening: opening)
    case .paper: WorkItem(stream: paper, stage: stage, opening: opening)
    case .run: WorkItem(stream: paper.run(visit: 2, ordinal: 0), stage: stage, opening: runOpening)
    }
  }

  private static func blob(_ digit: Character) -> BlobReference {
    BlobReference(digest: String(repeating: digit, count: 60) + "0123", size: 4_096)!
  }
}
