import Journal
public import PaperModel
import PipelineRules

/// What became of a look at a stream's lost attempts.
public struct LateSettlementScan: Sendable, Hashable {
  /// The steps that were settled now, with what they cost.
  public internal(set) var charged: [ChargedStep] = []
  /// How many were settled now.
  public var settled: Int { charged.count }
  /// How many are open still: nothing is certain of them yet, or their worker may go on.
  public internal(set) var open = 0
  /// Why it is not known what some of those cost, a sentence each.
  public internal(set) var troubles: [String] = []
}

/// A step and what it cost.
public struct ChargedStep: Sendable, Hashable {
  public let step: StepID
  public let charge: Charge
}

extension Deployment {
  /// Notes what the lost attempts of some workers came to, in a stream that others went on with: only the machine where
  /// an attempt ran knows what it used, and it may be back when the stream is long at its end.
  /// - Parameters:
  ///   - isLost: whether a worker is one that this machine answers for, and no longer runs.
  ///   - settlements: what this machine knows.
  public func settleLate(
    _ stream: StreamID, of isLost: @Sendable (WorkerID) -> Bool, by settlements: any Settlements
  ) async throws -> LateSettlementScan {
    let entries = try await journal.entries(of: stream, from: 0)
    let owners = AttemptOwners(entries)
    var result = LateSettlementScan()
    var state = try StreamState(stream, entries)
    for line in state.books.lines
    where line.charge == nil && line.reserved > .zero && (line.state == .abandoned || line.state == .reserved) {
      let attempt = StepAttempt(stream: stream, step: line.step, attempt: line.attempt)
      guard let worker = owners.owner(of: attempt), isLost(worker) else { continue }
      var known: Charge?
      // One record that can't be read keeps no other attempt from being settled.
      do { known = try await settlements.finalCharge(of: attempt) } catch let failure as Failure {
        result.troubles.append("What \(attempt) cost is not known: \(failure)")
      }
      guard let charge = known?.capped(at: line.reserved) else {
        result.open += 1
        continue
      }
      state = try await annotate(stream, after: state) { state in
        // Looked at with every try: whoever has the stream may have settled it meanwhile.
        let isOpen = state.books.charge(of: line.step, attempt: line.attempt) == nil
        return isOpen ? .settledLate(line.step, attempt: line.attempt, charge: charge) : nil
      }
      result.charged.append(ChargedStep(step: line.step, charge: charge))
    }
    return result
  }

  /// The worker that began an attempt; nil where the journal knows none.
  public func owner(of attempt: StepAttempt) async throws -> WorkerID? {
    AttemptOwners(try await journal.entries(of: attempt.stream, from: 0)).owner(of: attempt)
  }
}

/// Which worker began which attempt: the one that held the stream when it was reserved.
struct AttemptOwners {
  private struct Key: Hashable {
    let step: StepID
    let attempt: Int
  }
  private var owners: [Key: WorkerID] = [:]

  init(_ entries: [JournalEntry]) {
    var holder: WorkerID?
    for entry in entries {
      switch entry.fact {
      case .claimed(let worker, _, _, _): holder = worker
      case .stepStarted(let step, let attempt, _): owners[Key(step: step, attempt: attempt)] = holder
      default: break
      }
    }
  }

  func owner(of attempt: StepAttempt) -> WorkerID? { owners[Key(step: attempt.step, attempt: attempt.attempt)] }
}
