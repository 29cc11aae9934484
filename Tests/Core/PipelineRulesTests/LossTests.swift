import GeneratorTestSupport
import PaperModel
import PipelineRules
import Testing

/// Work that kills its workers is given up; work on machines that come and go is not.
@Suite struct LossTests {
  @Test func `work that kills its workers is tried twelve times, ever more slowly`() {
    var paper = Stream()
    var rests: [Int] = []
    for _ in 0..<11 {
      paper.claim()
      paper.pass(seconds: 2)
      rests.append(paper.takeUp())
    }
    #expect(rests == [0, 0, 0, 10, 60, 60, 60, 60, 60, 600, 600])
    paper.claim()
    paper.pass(seconds: 2)
    guard case .giveUp(let failure) = paper.decision else {
      Issue.record("it is taken up for ever")
      return
    }
    #expect(failure.kind == "poison")
  }

  @Test func `a storm of kills for ten minutes gives no stage up`() {
    for seed in 0..<300 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var paper = Stream()
      while paper.seconds < 600 {
        paper.claim()
        paper.pass(seconds: random.below(9))
        if random.below(3) > 0 { paper.begin("step") }
        paper.takeUp()
      }
      if case .giveUp = paper.decision { Issue.record("seed \(seed): given up after \(paper.seconds) s") }
    }
  }

  @Test func `slow losses never give a stage up`() {
    var paper = Stream()
    for _ in 0..<1_000 {
      paper.claim()
      paper.begin("step")
      paper.pass(seconds: RetryPolicy.quickLossSeconds + 10)
      #expect(paper.takeUp() == 0)
    }
    #expect(paper.state.losses == 999 && paper.state.quickLosses == 0)
  }

  @Test func `a loss counts only until an attempt has a result`() {
    for seed in 0..<500 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var paper = Stream()
      var expected = 0
      for _ in 0..<40 {
        paper.claim()
        paper.begin("step")
        let isFinished = random.below(3) == 0
        if isFinished {
          paper.finishStep()
          expected = 0
        }
        paper.pass(seconds: random.below(20))
        paper.takeUp()
        expected += 1
        #expect(paper.state.quickLosses + (paper.isHeld ? 1 : 0) == expected, "seed \(seed)")
        if expected == 11 { break }
      }
    }
  }

  /// Workers live ten minutes, each paper's steps take up to nine; a successor comes some seconds after each end.
  /// Random lifetimes with the same mean cut off many more attempts than equal ones.
  @Test(arguments: [false, true])
  func `a fleet that loses its worker every ten minutes for two days finishes its papers`(_ isRandom: Bool) {
    for seed in 0..<100 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var paper = Stream()
      var steps = (0..<20).map { _ in 60 + random.below(480) }[...]
      while let step = steps.first, paper.seconds < 2 * 86_400 {
        if case .giveUp = paper.decision { break }
        paper.claim()
        var life = 600
        if isRandom { life = (0..<10).reduce(0) { sum, _ in sum + random.below(121) } }
        var next: Int? = step
        while let length = next, life >= length {
          paper.begin("\(steps.count)")
          paper.pass(seconds: length)
          life -= length
          paper.finishStep()
          steps.removeFirst()
          next = steps.first
        }
        if next != nil { paper.begin("\(steps.count)") }
        paper.pass(seconds: life + 3 + random.below(8))
        paper.takeUp()
      }
      #expect(steps.isEmpty, "seed \(seed): \(steps.count) steps are left after \(paper.seconds) s")
    }
  }
}

/// A paper's first stage, the workers that claim it, and the time that passes.
private struct Stream {
  private(set) var state = StreamState(StreamID(.paper, "p.1")!)
  private(set) var seconds = 0
  private let opening = Opening(
    campaign: "p", title: "", cap: Money(nanodollars: 1),
    definition: BlobReference(digest: String(repeating: "0", count: 64), size: 0)!)
  private var item: WorkItem { WorkItem(stream: state.stream, stage: .novelty, opening: opening) }
  private var open: StepID?

  init() { append(.opened(opening)) }

  /// The decision of a worker that finds the owner gone.
  var decision: Intake { Intake.begin(item, state, at: Int64(seconds) * 1_000_000) }
  var isHeld: Bool { state.claim.map { !$0.isOver } ?? false }

  mutating func pass(seconds: Int) { self.seconds += seconds }

  mutating func append(_ fact: JournalEntry.Fact) {
    state.apply(JournalEntry(number: state.length, atMicroseconds: Int64(seconds) * 1_000_000, fact: fact))
  }

  mutating func claim() {
    append(.claimed(worker: WorkerID("w\(seconds)"), stage: .novelty, visit: 1, attempt: state.losses + 1))
    if let open { append(.stepAbandoned(open, attempt: state.books.attempts(of: open))) }
    open = nil
  }

  /// A successor finds the owner gone; if the stage is to rest, it claims the stage and releases it, and the time
  /// passes.
  @discardableResult
  mutating func takeUp() -> Int {
    guard case .rest(_, let rest) = decision else { return 0 }
    claim()
    append(.released(stage: .novelty, reason: ""))
    pass(seconds: rest)
    return rest
  }

  mutating func begin(_ name: String) {
    let step = StepID(
      stage: .novelty, visit: 1, name: name, ordinal: 0, requestDigest: String(repeating: "0", count: 64))
    append(.stepStarted(step, attempt: state.books.attempts(of: step) + 1, reserved: .zero))
    open = step
  }

  mutating func finishStep() {
    guard let step = open else { return }
    let result = BlobReference(digest: String(repeating: "0", count: 64), size: 0)!
    append(.stepFinished(step, attempt: state.books.attempts(of: step), result: result, charge: .none))
    open = nil
  }
}
