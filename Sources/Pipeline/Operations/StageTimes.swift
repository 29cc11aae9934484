public import PaperModel

/// When each stage of a stream was worked on.
public struct StageTimes: Sendable {
  /// One stage since it was last begun from the start.
  public struct Line: Sendable, Hashable, Codable {
    public let stage: Stage
    /// When a worker first claimed it: microseconds since 1970.
    public let begunMicroseconds: Int64
    /// When it was finished: microseconds since 1970; nil while it is not.
    public var finishedMicroseconds: Int64?
    /// The number of claims; a stage that waits for runs is claimed several times.
    public var claims: Int
  }

  /// The stages in the order in which they were begun.
  public private(set) var lines: [Line] = []

  public init(_ entries: [JournalEntry]) {
    for entry in entries {
      switch entry.fact {
      case .claimed(_, let stage, _, _): claim(stage, entry.atMicroseconds)
      case .stageFinished(let stage, _, _, _):
        for index in lines.indices where lines[index].stage == stage {
          lines[index].finishedMicroseconds = entry.atMicroseconds
        }
      case .replayed(let from, _): takeUp(from)
      default: break
      }
    }
  }

  private mutating func claim(_ stage: Stage, _ time: Int64) {
    if let index = lines.firstIndex(where: { $0.stage == stage }) {
      lines[index].claims += 1
    } else {
      lines.append(Line(stage: stage, begunMicroseconds: time, finishedMicroseconds: nil, claims: 1))
    }
  }

  private mutating func takeUp(_ stage: Stage) {
    let order = StageGraph.ofPaper
    let again = order.firstIndex(of: stage).map { Set(order[$0...]) } ?? [stage]
    lines.removeAll { again.contains($0.stage) }
  }
}
