import Journal
public import PaperModel
import PipelineRules
public import Projections

/// The cost of everything: one line for each step ever reserved, and sums computed from these lines.
public struct CostReport: Sendable {
  /// One reservation and its outcome.
  public struct Line: Sendable, Hashable {
    /// The campaign's name.
    public let campaign: String
    /// The paper's name; nil for the campaign's own steps.
    public let paper: String?
    /// The stream whose journal has it: the paper, the campaign or a run.
    public let stream: StreamID
    public let stage: Stage
    /// The step, e.g. `sandbox.run`.
    public let step: String
    /// The number of the attempt, from 1.
    public let attempt: Int
    /// `finished`, `failed`, `abandoned` or `reserved`.
    public let state: String
    /// The amount that is charged.
    public let settled: Money
    /// The amount that is reserved for a running step.
    public let reserved: Money
    /// The amount that is reserved for a step whose worker was lost.
    public let uncertain: Money
    /// Processor time in nanoseconds.
    public let cpuNanoseconds: Int64
  }

  /// The lines, by stream, in the order of reservation.
  public let lines: [Line]

  /// The amount that is charged.
  public var settled: Money { amounts.settled }
  /// The amount reserved for open steps, and for runs that have not ended.
  public var reserved: Money { amounts.reserved }
  /// The amount reserved for steps whose workers were lost.
  public var uncertain: Money { amounts.uncertain }
  public var amounts: Amounts { lines.reduce(Amounts()) { $0 + $1.amounts } }

  /// The sums of the lines that have the same key, in the order in which keys first appear.
  public func sums(by key: (Line) -> String) -> [CostSum] {
    var order: [String] = []
    var sums: [String: Amounts] = [:]
    for line in lines {
      let name = key(line)
      if sums[name] == nil { order.append(name) }
      sums[name] = (sums[name] ?? Amounts()) + line.amounts
    }
    return order.map { CostSum(key: $0, amounts: sums[$0] ?? Amounts()) }
  }
}

extension CostReport.Line {
  /// The charged and the reserved amounts together.
  public var amounts: Amounts { Amounts(settled: settled, reserved: reserved, uncertain: uncertain) }
}

/// A stream's journal, read as a whole.
private struct ReadJournal: Sendable {
  let stream: StreamID
  let entries: [JournalEntry]
}

extension Deployment {
  /// The cost of a campaign or a paper, its runs included; of everything if nil. Reads all their journals.
  public func costs(of stream: StreamID? = nil) async throws -> CostReport {
    var lines: [CostReport.Line] = []
    var ledgers: [StreamID: Ledger] = [:]
    for kind in [StreamID.Kind.campaign, .paper, .run] {
      let candidates = try await streams(of: kind).filter { mayBelong($0, to: stream) }
      for start in stride(from: 0, to: candidates.count, by: 1000) {
        let some = Array(candidates[start..<min(start + 1000, candidates.count)])
        let journal = journal
        let journals = try await parallel(some) {
          ReadJournal(stream: $0, entries: try await journal.entries(of: $0, from: 0))
        }
        for read in journals {
          let state = StreamState(read.stream, read.entries)
          guard belongs(state, to: stream) else { continue }
          lines += self.lines(state)
          guard let owner = read.stream.owner else { continue }
          for entry in read.entries {
            ledgers[owner, default: Ledger()].apply(StreamEntry(stream: read.stream, entry: entry))
          }
        }
      }
    }
    for (owner, ledger) in ledgers.sorted(by: { $0.key < $1.key }) { lines += self.lines(waiting: ledger, of: owner) }
    return CostReport(lines: lines)
  }

  /// Filters by name alone, so that not every journal is read.
  private func mayBelong(_ candidate: StreamID, to stream: StreamID?) -> Bool {
    guard let stream else { return true }
    return candidate == stream || candidate.name.hasPrefix(stream.name + ".")
  }

  /// Names of one campaign may begin like those of another, so the opening decides.
  private func belongs(_ state: StreamState, to stream: StreamID?) -> Bool {
    guard let stream, state.stream != stream else { return true }
    if stream.kind == .campaign { return state.opening?.campaign == stream.name }
    return state.opening?.parent?.stream == stream
  }

  private func lines(_ state: StreamState) -> [CostReport.Line] {
    guard let opening = state.opening else { return [] }
    let owner = opening.parent?.stream ?? state.stream
    return state.books.lines.map { line in
      CostReport.Line(
        campaign: opening.campaign, paper: owner.kind == .paper ? owner.name : nil, stream: state.stream,
        stage: line.step.stage, step: line.step.name, attempt: line.attempt, state: line.state.rawValue,
        settled: line.charge?.money ?? .zero,
        reserved: line.state == .reserved && line.charge == nil ? line.reserved : .zero,
        uncertain: line.state == .abandoned && line.charge == nil ? line.reserved : .zero,
        cpuNanoseconds: line.charge?.cpuNanoseconds ?? 0)
    }
  }

  /// The rest of the allowances of runs that have not ended: a line for each run.
  private func lines(waiting ledger: Ledger, of owner: StreamID) -> [CostReport.Line] {
    ledger.waiting.sorted { $0.key < $1.key }.compactMap { name, money in
      guard let run = StreamID(.run, name) else { return nil }
      return CostReport.Line(
        campaign: owner.campaignName, paper: owner.kind == .paper ? owner.name : nil, stream: run, stage: .run,
        step: Ledger.allowanceName, attempt: 0, state: "reserved", settled: .zero, reserved: money, uncertain: .zero,
        cpuNanoseconds: 0)
    }
  }
}
