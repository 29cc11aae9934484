public import PaperModel
public import PipelineRules
public import Projections

/// The state of a paper.
public struct PaperStatus: Sendable {
  public let stream: StreamID
  public let title: String
  /// Its campaign's name.
  public let campaign: String
  /// The state that its journal describes.
  public let state: StreamState
  public let standing: Standing
  /// The most that it may cost.
  public let cap: Money
  /// The review's overall score, 1 to 10, once it is finished.
  public let score: Int?

  /// The amount that counts against its cap: charged or reserved, its runs included.
  public var committed: Money { state.books.total }
  /// From its first entry to its last, in seconds.
  public var seconds: Double { Double(state.lastMicroseconds - state.firstMicroseconds) / 1_000_000 }
  /// Whether it has ended.
  public var isOver: Bool { state.end != nil }
  /// The current stage, or `done`.
  public var stageName: String {
    if case .done = state.end { "done" } else { state.stage.rawValue }
  }
}

/// The state of a campaign.
public struct CampaignStatus: Sendable {
  public let stream: StreamID
  /// The state that its journal describes.
  public let state: StreamState
  /// Its papers, in their order; empty before its ideas are there.
  public let papers: [PaperStatus]

  /// Its first entry's time: microseconds since 1970.
  public var begun: Int64 { state.firstMicroseconds }
  /// Whether it and all its papers have ended.
  public var isOver: Bool { state.end != nil && papers.allSatisfy(\.isOver) }
  /// Whether it and all its papers are done.
  public var isDone: Bool { state.end == .done && papers.allSatisfy { $0.standing == .done } }
  /// The amount that counts against its budget without its papers: ideas and the baseline.
  public var ownCommitted: Money { state.books.ownSteps + state.books.runs.values.reduce(.zero, +) }
  /// The same with its papers.
  public var committed: Money { papers.reduce(ownCommitted) { $0 + $1.committed } }
}
