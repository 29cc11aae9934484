import GeneratorTestSupport
import PaperModel
import PipelineRules
import Testing

struct EventFilterTests {
  private let paper = StreamID(.paper, "c.1")!
  private let run = StreamID(.run, "c.1.v1r0")!

  @Test func `an event is let through once, whatever the order`() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<500 {
      var filter = EventFilter()
      var seen: Set<Int64> = []
      let most = Int64.random(in: 1...40, using: &random)
      for _ in 0..<120 {
        let number = Int64.random(in: 0..<most, using: &random)
        let isNew = filter.admits(StreamEvent(stream: paper, number: number))
        #expect(isNew == seen.insert(number).inserted)
        let isWhole = seen.count == Int(seen.max()! + 1)
        #expect(filter.isIncomplete(paper) == !isWhole)
      }
    }
  }

  @Test func `streams have numbers of their own, and a forgotten one begins again`() {
    var filter = EventFilter()
    var admitted: [Bool] = []
    for stream in [paper, run, run] { admitted.append(filter.admits(StreamEvent(stream: stream, number: 0))) }
    filter.forget(run)
    admitted.append(filter.admits(StreamEvent(stream: run, number: 0)))
    #expect(admitted == [true, true, false, true])
    #expect(!filter.isIncomplete(StreamID(.campaign, "c")!))
  }
}
