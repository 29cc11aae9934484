import PaperModel
import PipelineRules
import Testing

@Suite struct StepOrdinalsTests {
  private func digest(_ letter: Character) -> String { String(repeating: letter, count: 64) }

  private func books(_ steps: [(name: String, ordinal: Int, letter: Character)]) -> Books {
    let entries = steps.enumerated().map { number, step in
      let id = StepID(
        stage: .design, visit: 1, name: step.name, ordinal: step.ordinal, requestDigest: digest(step.letter))
      return JournalEntry(
        number: Int64(number), atMicroseconds: 0, fact: .stepStarted(id, attempt: 1, reserved: .zero))
    }
    return StreamState(StreamID(.paper, "p.1")!, entries).books
  }

  @Test func `the ordinal counts earlier asks for the same name and request`() {
    var ordinals = StepOrdinals(stage: .design, visit: 1)
    #expect(ordinals.next("model", digest: digest("a")) == 0)
    #expect(ordinals.next("model", digest: digest("b")) == 0)
    #expect(ordinals.next("model", digest: digest("a")) == 1)
    #expect(ordinals.next("other", digest: digest("a")) == 0)
  }

  @Test func `in any order of requests, a repeated visit asks for the same steps`() {
    let known = books([("model", 0, "a"), ("model", 0, "b"), ("model", 1, "a")])
    for order in [["a", "b", "a"], ["a", "a", "b"], ["b", "a", "a"]] {
      var ordinals = StepOrdinals(stage: .design, visit: 1, books: known)
      let steps = order.map { "\($0)\(ordinals.next("model", digest: digest(Character($0))))" }
      #expect(steps.sorted() == ["a0", "a1", "b0"])
    }
  }

  @Test func `steps that an older journal numbered by name alone are found again`() {
    let known = books([("model", 0, "a"), ("model", 1, "b"), ("model", 2, "a")])
    var ordinals = StepOrdinals(stage: .design, visit: 1, books: known)
    #expect(ordinals.next("model", digest: digest("b")) == 1)
    #expect(ordinals.next("model", digest: digest("a")) == 0)
    #expect(ordinals.next("model", digest: digest("a")) == 2)
    // One more of each is new, with a number that no earlier one has.
    #expect(ordinals.next("model", digest: digest("a")) == 3)
    #expect(ordinals.next("model", digest: digest("b")) == 2)
  }

  @Test func `another visit and another stage number their own steps`() {
    let known = books([("model", 4, "a")])
    var later = StepOrdinals(stage: .design, visit: 2, books: known)
    var other = StepOrdinals(stage: .plot, visit: 1, books: known)
    #expect(later.next("model", digest: digest("a")) == 0)
    #expect(other.next("model", digest: digest("a")) == 0)
  }
}
