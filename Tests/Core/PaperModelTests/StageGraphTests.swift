import PaperModel
import Testing

@Suite struct StageGraphTests {
  @Test(arguments: [
    (StreamID.Kind.campaign, Stage.ideate, Stage.ideate), (.paper, .novelty, .revise), (.run, .run, .run),
  ])
  func `a stream goes from its first stage to its last`(_ kind: StreamID.Kind, _ first: Stage, _ last: Stage) {
    #expect(StageGraph.first(of: kind) == first && StageGraph.last(of: kind) == last)
    var stage = first
    var passed = [first]
    while let next = StageGraph.next(after: stage) {
      passed.append(next)
      stage = next
    }
    #expect(passed == StageGraph.stages(of: kind) && stage == last)
    #expect(passed.allSatisfy { $0.streamKind == kind })
  }

  @Test func `every stage belongs to one kind of stream`() {
    let all = [StreamID.Kind.campaign, .paper, .run].flatMap(StageGraph.stages)
    #expect(all.count == Stage.allCases.count && Set(all) == Set(Stage.allCases))
    #expect(StageGraph.opens.streamKind == .campaign)
    #expect(Stage.allCases.filter(StageGraph.isOptional) == [.novelty])
  }
}
