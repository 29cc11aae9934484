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

  @Test func `the total is the sum of the lines, whatever happens in whatever order`() {
    for seed in 0..<10_000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var books = Books()
      for _ in 0..<12 {
        let step = Self.steps[random.below(4)]
        let attempts = books.attempts(of: step)
        switch random.below(6) {
        case 0, 1: books.reserve(step, attempt: attempts + 1, money(&random), at: 0)
        case 2 where attempts > 0:
          let state: Books.State = [.finished, .failed, .abandoned][random.below(3)]
          books.settle(step, attempt: attempts, as: state, state == .abandoned ? nil : Charge(money: money(&random)))
        case 3: books.settleLate(step, attempt: 1 + random.below(3), Charge(money: money(&random)))
        case 4: books.book(StreamID(.run, "r\(random.below(3))")!, money(&random))
        case 5: books.open(StreamID(.paper, "p\(random.below(3))")!, cap: money(&random))
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

  @Test func `a duplicate entry counts once`() {
    for seed in 0..<25_000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var books = Books()
      let step = Self.steps[0]
      books.reserve(step, attempt: 1, money(&random), at: 0)
      books.settle(step, attempt: 1, as: .abandoned, nil)
      let run = StreamID(.run, "r")!
      let (charge, booked) = (Charge(money: money(&random)), money(&random))
      books.book(run, booked)
      books.settleLate(step, attempt: 1, charge)
      let once = books
      books.book(run, booked)
      books.settleLate(step, attempt: 1, charge)
      books.settle(step, attempt: 1, as: .abandoned, nil)
      if books != once { Issue.record("seed \(seed)") }
    }
  }

  @Test func `a late settlement has the same effect before and after the abandonment`() {
    for seed in 0..<25_000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var before = Books()
      before.reserve(Self.steps[0], attempt: 1, money(&random), at: 0)
      before.reserve(Self.steps[1], attempt: 1, money(&random), at: 0)
      var after = before
      let charge = Charge(money: money(&random))
      before.settleLate(Self.steps[0], attempt: 1, charge)
      before.settle(Self.steps[0], attempt: 1, as: .abandoned, nil)
      after.settle(Self.steps[0], attempt: 1, as: .abandoned, nil)
      after.settleLate(Self.steps[0], attempt: 1, charge)
      if before != after || before.uncertain != .zero { Issue.record("seed \(seed)") }
    }
  }

  @Test func `settlements of different attempts have the same effect in any order`() {
    for seed in 0..<10_000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var books = Books()
      for step in Self.steps { books.reserve(step, attempt: 1, money(&random), at: 0) }
      let ends = Self.steps.map {
        ($0, Charge(money: money(&random)), [Books.State.finished, .failed][random.below(2)])
      }
      var shuffled = books
      for (step, charge, state) in ends { books.settle(step, attempt: 1, as: state, charge) }
      for (step, charge, state) in ends.shuffled(using: &random) {
        shuffled.settle(step, attempt: 1, as: state, charge)
      }
      if books != shuffled { Issue.record("seed \(seed)") }
    }
  }

  @Test func `a late settlement of a finished or unknown attempt changes nothing`() {
    var books = Books()
    books.reserve(Self.steps[0], attempt: 1, Money(nanodollars: 9), at: 0)
    books.settle(Self.steps[0], attempt: 1, as: .finished, Charge(money: Money(nanodollars: 4)))
    let before = books
    books.settleLate(Self.steps[0], attempt: 1, Charge(money: Money(nanodollars: 8)))
    books.settleLate(Self.steps[1], attempt: 1, Charge(money: Money(nanodollars: 8)))
    #expect(books == before)
  }
}
