import GeneratorTestSupport
import PaperModel
import PipelineRules

/// A valid journal of a paper with random entries: what some worker, some successor or some user might have appended
/// under the rules.
struct RandomJournal {
  private(set) var state = StreamState(StreamID(.paper, "p.1")!)
  private(set) var entries: [JournalEntry] = []
  private var random: SeededGenerator
  private let blob = BlobReference(digest: String(repeating: "0", count: 64), size: 0)!

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  var opening: Opening { Opening(campaign: "p", title: "", cap: Money(nanodollars: 200), definition: blob) }

  mutating func grow(to length: Int) {
    if entries.isEmpty { append(.opened(opening)) }
    while entries.count < length { if let fact = next() { append(fact) } }
  }

  mutating func append(_ fact: JournalEntry.Fact) {
    let entry = JournalEntry(number: state.length, atMicroseconds: Int64(entries.count), fact: fact)
    entries.append(entry)
    state.apply(entry)
  }

  private mutating func next() -> JournalEntry.Fact? {
    // Any process may append these at any time.
    switch random.below(30) {
    case 0: return .capChanged(state.books.total + Money(nanodollars: Int64(random.below(200))))
    case 1:
      guard let line = state.books.lines.randomElement(using: &random) else { return nil }
      return .settledLate(line.step, attempt: line.attempt, charge: charge(of: line))
    default: break
    }
    if state.end != nil { return random.below(4) == 0 ? .replayed(from: reached(), reason: "") : nil }
    if random.below(60) == 0 { return .cancelled(reason: "") }
    guard let claim = state.claim, !claim.isOver else { return claimed() }
    return random.below(12) == 0 ? claimed() : work()
  }

  private mutating func reached() -> Stage {
    StageGraph.ofPaper.prefix { $0 != state.stage }.randomElement(using: &random) ?? state.stage
  }

  private mutating func claimed() -> JournalEntry.Fact {
    .claimed(worker: WorkerID("w\(random.below(3))"), stage: state.stage, visit: state.visit, attempt: 1)
  }

  private mutating func work() -> JournalEntry.Fact? {
    let stage = state.stage
    if let open = state.books.open.first { return end(of: open) }
    switch random.below(8) {
    case 0, 1, 2:
      let step = StepID(
        stage: stage, visit: state.visit, name: "s", ordinal: random.below(3),
        requestDigest: String(repeating: "0", count: 64))
      let worst = Money(nanodollars: Int64(random.below(40)))
      guard state.stepResults[step] == nil, worst <= state.remaining else { return nil }
      return .stepStarted(step, attempt: state.books.attempts(of: step) + 1, reserved: worst)
    case 3 where stage.mayAsk:
      let run = state.stream.run(visit: state.visit, ordinal: random.below(3))
      guard Money(nanodollars: 30) <= state.remaining, !state.asked.contains(where: { $0.ask.run == run }) else {
        return nil
      }
      let parent = Opening.Parent(stream: state.stream, stage: stage)
      let allowance = Opening(
        campaign: "p", title: "", cap: Money(nanodollars: 30), parent: parent, definition: blob)
      return .asked(stage: stage, visit: state.visit, runs: [RunAsk(run: run, opening: allowance)])
    case 4:
      guard let out = state.openRuns.randomElement(using: &random) else { return nil }
      return .folded(run: out.ask.run, end: .cancelled, booked: Money(nanodollars: Int64(random.below(31))))
    case 5 where !state.openRuns.isEmpty: return .waiting(stage: stage, visit: state.visit)
    case 6 where state.openRuns.isEmpty:
      return .stageFinished(stage: stage, visit: state.visit, result: blob, next: following())
    case 7:
      let failure = Failure(kind: "k", "m")
      return [
        .attemptFailed(stage: stage, attempt: 1, failure: failure), .released(stage: stage, reason: ""),
        .deadLettered(stage: stage, failure: failure),
      ].randomElement(using: &random)
    default: return nil
    }
  }

  private mutating func end(of line: Books.Line) -> JournalEntry.Fact {
    let charge = charge(of: line)
    switch random.below(3) {
    case 0: return .stepFinished(line.step, attempt: line.attempt, result: blob, charge: charge)
    case 1: return .stepFailed(line.step, attempt: line.attempt, failure: Failure(kind: "k", "m"), charge: charge)
    default: return .stepAbandoned(line.step, attempt: line.attempt)
    }
  }

  /// An attempt has one true charge, whichever process reports it.
  private func charge(of line: Books.Line) -> Charge {
    let mixed = Int64(line.step.ordinal * 7 + line.step.visit * 5 + line.attempt * 3)
    return Charge(money: Money(nanodollars: mixed % (line.reserved.nanodollars + 1)))
  }

  private func following() -> [WorkItem] {
    StageGraph.next(after: state.stage).map { [WorkItem(stream: state.stream, stage: $0, opening: opening)] } ?? []
  }
}
