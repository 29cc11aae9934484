import Journal
public import PaperModel
import PipelineRules

/// The result of settling a stream's lost attempts.
public struct LateSettlementScan: Sendable, Hashable {
  /// The steps that were settled now, with their cost.
  public internal(set) var charged: [ChargedStep] = []
  /// The number of steps that were settled now.
  public var settled: Int { charged.count }
  /// The number of steps that are still open: their cost is not known yet, or their worker may continue.
  public internal(set) var open = 0
  /// Why it is not known what some of those cost, a sentence each.
  public internal(set) var troubles: [String] = []
}

/// A step and its cost.
public struct ChargedStep: Sendable, Hashable {
  public let step: StepID
  public let charge: Charge
}

extension Deployment {
  /// Appends the cost of some workers' lost attempts to a stream that others continued: only the machine where an
  /// attempt ran knows its cost, and that machine may be back when the stream has long ended.
  /// - Parameters:
  ///   - isLost: whether a worker is one that this machine answers for, and no longer runs.
  ///   - settlements: this machine's records.
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
        // Checked at every attempt: the stream's owner may have settled it meanwhile.
        let isOpen = state.books.charge(of: line.step, attempt: line.attempt) == nil
        return isOpen ? .settledLate(line.step, attempt: line.attempt, charge: charge) : nil
      }
      result.charged.append(ChargedStep(step: line.step, charge: charge))
    }
    return result
  }

  /// The worker that began an attempt; nil if the journal does not say.
  public func owner(of attempt: StepAttempt) async throws -> WorkerID? {
    AttemptOwners(try await journal.entries(of: attempt.stream, from: 0)).owner(of: attempt)
  }
}

/// Finds the worker that began each attempt: the one that held the stream when the attempt was reserved.
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
