import PaperModel
import PipelineRules
import Testing

@Suite struct StreamStateTests {
  /// Checks what holds in every state of a valid journal.
  private func check(_ state: StreamState, _ seed: UInt64) {
    let lines = state.books.lines.reduce(Money.zero) { $0 + $1.onTheBooks }
    let runs = state.books.runs.values.reduce(Money.zero, +)
    let total = lines + runs + state.books.opened.values.reduce(Money.zero, +)
    let holds =
      state.books.total == total && state.books.total <= state.cap && state.remaining >= .zero
      && state.books.settled + state.books.reserved + state.books.uncertain == lines
      && state.books.ownSteps == lines
      && (state.end == nil || state.claim?.isOver != false)
      && state.unpublishedRuns.count <= state.openRuns.count && state.openRuns.count <= state.asked.count
      && state.failures >= 0 && state.quickLosses >= 0 && state.quickLosses <= state.losses && state.visit >= 1
    if !holds { Issue.record("seed \(seed), length \(state.length): \(state)") }
  }

  @Test func `over any legal journal the state traps never and keeps its invariants`() {
    for seed in 0..<2_500 as Range<UInt64> {
      var journal = RandomJournal(seed: seed)
      journal.grow(to: 42)
      var state = StreamState(journal.state.stream)
      for entry in journal.entries {
        state.apply(entry)
        check(state, seed)
      }
    }
  }

  @Test func `a step that is open belongs to the claim in force, or its owner was lost`() {
    for seed in 0..<500 as Range<UInt64> {
      var journal = RandomJournal(seed: seed)
      journal.grow(to: 40)
      let open = journal.state.books.open
      #expect(Set(open.map(\.step)).count == open.count, "seed \(seed)")
    }
  }

  @Test func `runs of one visit never have the names of those of another`() {
    for seed in 0..<1_000 as Range<UInt64> {
      var journal = RandomJournal(seed: seed)
      journal.grow(to: 60)
      var visits: [Int: Int64] = [:]
      for entry in journal.entries {
        if case .replayed = entry.fact { visits = [:] }
        if case .asked(_, let visit, _, _) = entry.fact {
          #expect(visits.updateValue(entry.number, forKey: visit) == nil, "seed \(seed) visit \(visit)")
        }
      }
    }
  }
}
