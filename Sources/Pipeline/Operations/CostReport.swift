import Journal
public import PaperModel
import PipelineRules
public import Projections

/// What everything cost: one line for each step ever reserved, campaign by campaign, and sums that agree with them
/// because they are made of them.
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
    /// `finished`, `failed`, `unsettled`, `abandoned` or `reserved`.
    public let state: String
    /// The amount that is charged.
    public let settled: Money
    /// The amount that is reserved for a running step.
    public let reserved: Money
    /// The amount that is reserved for a step that is over and whose cost is not known.
    public let uncertain: Money
    /// Processor time in nanoseconds.
    public let cpuNanoseconds: Int64
  }

  /// The lines, by stream, in the order of reservation.
  public let lines: [Line]
  /// What is wrong with the streams whose journals are damaged: their own lines are missing.
  public let damaged: [JournalError]

  /// The amount that is charged.
  public var settled: Money { amounts.settled }
  /// The amount reserved for open steps, and for runs that have not ended.
  public var reserved: Money { amounts.reserved }
  /// The amount reserved for steps that are over and whose cost is not known.
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

extension Deployment {
  /// What a campaign or a paper cost, its runs included; everything if nil. Reads all their journals, one campaign
  /// after another.
  public func costs(of stream: StreamID? = nil) async throws -> CostReport {
    let roots = if let stream { [stream] } else { try await streams(of: .campaign) }
    var lines: [CostReport.Line] = []
    var damaged: [JournalError] = []
    for root in roots {
      let feed = EventFeed(journal, clock: clock, of: root)
      var entries = try await feed.next()
      var unsound = await feed.damaged
      let journals = Dictionary(grouping: entries, by: \.stream)
      for (stream, entries) in journals.sorted(by: { $0.key < $1.key }) where unsound[stream] == nil {
        do { lines += self.lines(try StreamState(stream, entries.map(\.entry))) } catch { unsound[stream] = error }
      }
      entries.removeAll { unsound[$0.stream] != nil }
      damaged += unsound.sorted { $0.key < $1.key }.map(\.value)
      var ledgers: [StreamID: Ledger] = [:]
      for entry in entries { if let owner = entry.stream.owner { ledgers[owner, default: Ledger()].apply(entry) } }
      for (owner, ledger) in ledgers.sorted(by: { $0.key < $1.key }) { lines += self.lines(waiting: ledger, of: owner) }
    }
    return CostReport(lines: lines, damaged: damaged)
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
        uncertain: line.isUncertain ? line.reserved : .zero,
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
