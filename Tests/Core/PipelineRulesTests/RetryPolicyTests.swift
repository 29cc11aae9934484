import GeneratorTestSupport
import PaperModel
import PipelineRules
import Testing

@Suite struct RetryPolicyTests {
  private let transient = Failure(kind: "k", "m", retryability: .transient)

  @Test func `the waits grow with the failures, and the fifth is the last`() {
    let waits = (1...6).map { RetryPolicy.standard.wait(after: transient, failures: $0) }
    #expect(waits == [10, 60, 600, 3600, nil, nil])
  }

  @Test func `a permanent failure is not retried`() {
    #expect(RetryPolicy.standard.wait(after: Failure(kind: "k", "m"), failures: 1) == nil)
  }

  @Test func `a failure that asks for a pause is postponed within bounds, and never given up`() {
    func later(_ seconds: Int) -> Failure { Failure(kind: "k", "m", retryability: .later(afterSeconds: seconds)) }
    let waits = [Int.min, 0, 10, 3600, 86_400, 86_401, Int.max].map {
      RetryPolicy.standard.postponement(after: later($0))
    }
    #expect(waits == [10, 10, 10, 3600, 86_400, 86_400, 86_400])
    #expect(RetryPolicy.standard.postponement(after: transient) == nil)
    #expect(RetryPolicy.standard.postponement(after: Failure(kind: "k", "m")) == nil)
  }

  @Test func `the last wait holds for all that follow`() {
    let policy = RetryPolicy(mostFailures: 9, mostLosses: 1, delaysSeconds: [1, 2])
    #expect((1...8).map { policy.wait(after: transient, failures: $0) } == [1, 2, 2, 2, 2, 2, 2, 2])
  }

  @Test func `there are exactly as many attempts as allowed, each after a wait`() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<100_000 {
      let most = 1 + random.below(8)
      let delays = (0...random.below(4)).map { _ in 1 + random.below(100) }
      let policy = RetryPolicy(mostFailures: most, mostLosses: 1, delaysSeconds: delays)
      let failures = 1 + random.below(9)
      let wait = policy.wait(after: transient, failures: failures)
      if (wait == nil) != (failures >= most) || wait.map({ !delays.contains($0) }) == true {
        Issue.record("\(most) \(delays) \(failures): \(String(describing: wait))")
      }
    }
  }
}
