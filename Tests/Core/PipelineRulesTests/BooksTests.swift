import GeneratorTestSupport
import PaperModel
import Testing

@testable import PipelineRules

@Suite struct BooksTests {
  private static let steps = (0..<4).map {
    StepID(stage: .design, visit: 1, name: "s", ordinal: $0, requestDigest: String(repeating: "a", count: 64))
  }

  private func money(_ random: inout SeededGenerator, below bound: Int = 100) -> Money {
    Money(nanodollars: Int64(random.below(bound)))
  }

  @Test func `the total is the sum of the lines, whatever happens in whatever order`() throws {
    for seed in 0..<10_000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var books = Books()
      for _ in 0..<12 {
        let step = Self.steps[random.below(4)]
        let attempts = books.attempts(of: step)
        switch random.below(6) {
        case 0, 1: try books.reserve(step, attempt: attempts + 1, money(&random), at: 0)
        case 2 where books.lines.contains { $0.step == step && $0.attempt == attempts && $0.isOpen }:
          let state: Books.State = [.finished, .failed, .abandoned][random.below(3)]
          try books.settle(
            step, attempt: attempts, as: state, state == .abandoned ? nil : Charge(money: money(&random)))
        case 3 where attempts > 0:
          try books.settleLate(step, attempt: 1 + random.below(attempts), Charge(money: money(&random)))
        case 4: try books.book(StreamID(.run, "r\(random.below(3))")!, money(&random))
        case 5: try books.open(StreamID(.paper, "p\(random.below(3))")!, cap: money(&random))
        default: break
        }
        let sum =
          books.ownSteps + books.runs.values.reduce(.zero, +) + books.opened.values.reduce(.zero, +)
        if sum != books.total || books.ownSteps != books.settled + books.reserved + books.uncertain {
          Issue.record("seed \(seed): \(books.total) where the lines make \(sum)")
        }
      }
    }
  }

  @Test func `what is told twice counts once`() throws {
    for seed in 0..<25_000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var books = Books()
      let step = Self.steps[0]
      try books.reserve(step, attempt: 1, money(&random), at: 0)
      try books.settle(step, attempt: 1, as: .abandoned, nil)
      let run = StreamID(.run, "r")!
      let (charge, booked) = (Charge(money: money(&random)), money(&random))
      try books.book(run, booked)
      try books.settleLate(step, attempt: 1, charge)
      let once = books
      try books.book(run, booked)
      try books.settleLate(step, attempt: 1, charge)
      try books.settle(step, attempt: 1, as: .abandoned, nil)
      if books != once { Issue.record("seed \(seed)") }
    }
  }

  @Test func `a late settlement comes to the same before and after the abandonment`() throws {
    for seed in 0..<25_000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var before = Books()
      try before.reserve(Self.steps[0], attempt: 1, money(&random), at: 0)
      try before.reserve(Self.steps[1], attempt: 1, money(&random), at: 0)
      var after = before
      let charge = Charge(money: money(&random))
      try before.settleLate(Self.steps[0], attempt: 1, charge)
      try before.settle(Self.steps[0], attempt: 1, as: .abandoned, nil)
      try after.settle(Self.steps[0], attempt: 1, as: .abandoned, nil)
      try after.settleLate(Self.steps[0], attempt: 1, charge)
      if before != after || before.uncertain != .zero { Issue.record("seed \(seed)") }
    }
  }

  @Test func `settlements of different attempts come to the same in any order`() throws {
    for seed in 0..<10_000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var books = Books()
      for step in Self.steps { try books.reserve(step, attempt: 1, money(&random), at: 0) }
      let ends = Self.steps.map {
        ($0, Charge(money: money(&random)), [Books.State.finished, .failed][random.below(2)])
      }
      var shuffled = books
      for (step, charge, state) in ends { try books.settle(step, attempt: 1, as: state, charge) }
      for (step, charge, state) in ends.shuffled(using: &random) {
        try shuffled.settle(step, attempt: 1, as: state, charge)
      }
      if books != shuffled { Issue.record("seed \(seed)") }
    }
  }

  @Test func `a late settlement of a finished attempt changes nothing`() throws {
    var books = Books()
    try books.reserve(Self.steps[0], attempt: 1, Money(nanodollars: 9), at: 0)
    try books.settle(Self.steps[0], attempt: 1, as: .finished, Charge(money: Money(nanodollars: 4)))
    let before = books
    try books.settleLate(Self.steps[0], attempt: 1, Charge(money: Money(nanodollars: 8)))
    #expect(books == before)
  }
}
