public import PaperModel
import PipelineRules

/// What everything cost: one line for each step ever reserved, and sums that agree with them because they are made of
/// them.
public struct CostReport: Sendable {
  /// One reservation and what became of it.
  public struct Line: Sendable, Hashable {
    /// The campaign's name.
    public let campaign: String
    /// The paper's name; nil for what the campaign itself needed.
    public let paper: String?
    /// The stream whose journal has it: the paper, the campaign or a run.
    public let stream: StreamID
    public let stage: Stage
    /// The step, e.g. `sandbox.run`.
    public let step: String
    /// The attempt, from 1.
    public let attempt: Int
    /// `finished`, `failed`, `abandoned` or `reserved`.
    public let state: String
    /// What is known to be spent.
    public let settled: Money
    /// What is set aside for a step that is being taken.
    public let reserved: Money
    /// What is set aside for a step whose worker was lost.
    public let uncertain: Money
    /// Processor time, in nanoseconds.
    public let cpuNanoseconds: Int64
  }

  /// The lines, by stream, in the order in which they were reserved.
  public let lines: [Line]

  /// What is known to be spent.
  public var settled: Money { lines.reduce(.zero) { $0 + $1.settled } }
  /// What is set aside for steps that are being taken.
  public var reserved: Money { lines.reduce(.zero) { $0 + $1.reserved } }
  /// What is set aside for steps whose workers were lost.
  public var uncertain: Money { lines.reduce(.zero) { $0 + $1.uncertain } }

  /// The sums by what `key` says of a line, the first met first.
  public func sums(by key: (Line) -> String) -> [(key: String, settled: Money, reserved: Money, uncertain: Money)] {
    var order: [String] = []
    var sums: [String: (Money, Money, Money)] = [:]
    for line in lines {
      let name = key(line)
      if sums[name] == nil { order.append(name) }
      let sum = sums[name] ?? (.zero, .zero, .zero)
      sums[name] = (sum.0 + line.settled, sum.1 + line.reserved, sum.2 + line.uncertain)
    }
    return order.map { ($0, sums[$0]!.0, sums[$0]!.1, sums[$0]!.2) }
  }
}

extension Deployment {
  /// What a campaign or a paper cost, its runs included; everything where nil.
  public func costs(of stream: StreamID? = nil) async throws -> CostReport {
    var lines: [CostReport.Line] = []
    for kind in [StreamID.Kind.campaign, .paper, .run] {
      let candidates = try await streams(of: kind).filter { mayBelong($0, to: stream) }
      for state in try await states(of: candidates) where belongs(state, to: stream) { lines += self.lines(state) }
    }
    return CostReport(lines: lines)
  }

  /// By the name alone, so that not every journal is read.
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
        settled: line.charge?.money ?? .zero, reserved: line.state == .reserved ? line.reserved : .zero,
        uncertain: line.state == .abandoned && line.charge == nil ? line.reserved : .zero,
        cpuNanoseconds: line.charge?.cpuNanoseconds ?? 0)
    }
  }
}
