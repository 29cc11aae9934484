public import PaperModel
public import PipelineRules

/// Where a paper stands.
public struct PaperStatus: Sendable {
  /// The states that `status --json` names.
  public enum Standing: String, Sendable, Codable {
    case queued, running, waiting, done, dead, cancelled
  }

  public let stream: StreamID
  public let title: String
  /// Its campaign's name.
  public let campaign: String
  /// What its journal comes to.
  public let state: StreamState
  /// Where it stands.
  public let standing: Standing
  /// The most that it may cost.
  public let cap: Money
  /// The review's overall score, 1 to 10, once it is finished.
  public let score: Int?

  /// What it has cost, and what is set aside, its runs included.
  public var cost: Money { state.books.total }
  /// From its first entry to its last, in seconds.
  public var seconds: Double { Double(state.lastMicroseconds - state.firstMicroseconds) / 1_000_000 }
  /// Whether it has come to an end.
  public var isOver: Bool { state.end != nil }
  /// The stage it is in, or `done`.
  public var stageName: String {
    if case .done = state.end { "done" } else { state.stage.rawValue }
  }
}

/// Where a campaign stands.
public struct CampaignStatus: Sendable {
  public let stream: StreamID
  /// What its journal comes to.
  public let state: StreamState
  /// Its papers, in their order; none before its ideas are there.
  public let papers: [PaperStatus]

  /// When it began: microseconds since 1970.
  public var begun: Int64 { state.firstMicroseconds }
  /// Whether it and all its papers have come to an end.
  public var isOver: Bool { state.end != nil && papers.allSatisfy(\.isOver) }
  /// Whether it is done, and every paper of it.
  public var isDone: Bool { state.end == .done && papers.allSatisfy { $0.standing == .done } }
  /// How many ideas its ideation settled on; nil before that.
  public var ideaCount: Int? { state.results[.ideate] == nil ? nil : papers.count }
  /// What it has cost or set aside itself, without its papers: ideas and the baseline.
  public var ownCost: Money { state.books.ownSteps + state.books.runs.values.reduce(.zero, +) }
  /// What it has cost with its papers.
  public var cost: Money { papers.reduce(ownCost) { $0 + $1.cost } }
}
