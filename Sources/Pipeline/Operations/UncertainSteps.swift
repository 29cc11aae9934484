import Journal
public import PaperModel
public import PipelineRules
import Projections

/// A step that is over and whose cost nobody knows.
public struct UncertainStep: Sendable, Hashable {
  public let attempt: StepAttempt
  /// The reservation, and what is known of the call.
  public let line: Books.Line
}

extension Deployment {
  /// The steps of a stream and of those that belong to it that are over and whose cost is not known.
  public func uncertainSteps(of stream: StreamID) async throws -> [UncertainStep] {
    let feed = EventFeed(journal, clock: clock, of: stream)
    let journals = Dictionary(grouping: try await feed.next(), by: \.stream)
    let damaged = await feed.damaged
    var found: [UncertainStep] = []
    for (stream, entries) in journals.sorted(by: { $0.key < $1.key }) where damaged[stream] == nil {
      guard let state = try? StreamState(stream, entries.map(\.entry)) else { continue }
      found += state.books.lines.filter(\.isUncertain).map { line in
        UncertainStep(
          attempt: StepAttempt(stream: stream, step: line.step, attempt: line.attempt), line: line)
      }
    }
    return found
  }

  /// Writes on the books what a step cost, and lets its stream go on if it waited for a budget.
  /// - Throws: `OperationError` if its cost is known by now, or its worker may still say it.
  public func settle(_ uncertain: UncertainStep, at cost: Money) async throws {
    let attempt = uncertain.attempt
    if uncertain.line.state == .abandoned, let worker = try await owner(of: attempt), try await isAlive(worker) {
      throw OperationError(
        "\(worker) still lives, and may settle \(attempt) itself. Stop it first, or wait until it has.")
    }
    let after = try await annotate(attempt.stream) { state in
      guard state.books.charge(of: attempt.step, attempt: attempt.attempt) == nil else {
        throw OperationError("\(attempt) was settled meanwhile; nothing was changed.")
      }
      return .settledLate(attempt.step, attempt: attempt.attempt, charge: Charge(money: cost))
    }
    try await wake(after)
    try await outbox.flush()
  }
}
