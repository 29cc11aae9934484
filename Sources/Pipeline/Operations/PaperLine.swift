public import PaperModel
import PipelineRules

/// A paper as one line of a table: what a list of thousands shows, without their journals.
public struct PaperLine: Sendable, Codable, Hashable {
  public let stream: StreamID
  public let title: String
  /// Its campaign's name.
  public let campaign: String
  /// The stage it is in, or `done`.
  public let stage: String
  /// Where it stands.
  public internal(set) var standing: PaperStatus.Standing
  /// The worker that has it by its journal; whether that lives is looked up anew each time.
  let holder: WorkerID?
  /// The review's overall score, 1 to 10, once it is finished.
  public let score: Int?
  /// What it has cost, and what is set aside, its runs included.
  public let cost: Money
  /// The most that it may cost.
  public let cap: Money
  /// From its first entry to its last.
  public let seconds: Double
  /// Why it is dead; nil otherwise.
  public let failure: String?

  /// The line of a paper.
  public init(_ status: PaperStatus) {
    stream = status.stream
    title = status.title
    campaign = status.campaign
    stage = status.stageName
    standing = status.standing
    holder = status.isOver ? nil : status.state.claim.flatMap { $0.isOver ? nil : $0.worker }
    score = status.score
    cost = status.cost
    cap = status.cap
    seconds = status.seconds
    failure = if case .dead(_, let failure) = status.state.end { failure.description } else { nil }
  }
}

/// A campaign as one line of a table, with its papers.
public struct CampaignLine: Sendable, Codable, Hashable {
  public let stream: StreamID
  /// When it began: microseconds since 1970.
  public let begun: Int64
  /// Its budget.
  public let cap: Money
  /// What it has cost itself, without its papers.
  public let ownCost: Money
  /// Where it stands before it has papers, in words.
  public let words: String
  /// Whether the campaign itself has come to its end.
  public let isEnded: Bool
  /// The names of its papers, in their order.
  let members: [StreamID]
  /// Its papers, in their order.
  public internal(set) var papers: [PaperLine]

  enum CodingKeys: String, CodingKey { case stream, begun, cap, ownCost, words, isEnded, members }

  /// The line of a campaign.
  public init(_ status: CampaignStatus) {
    stream = status.stream
    begun = status.begun
    cap = status.state.cap
    ownCost = status.ownCost
    isEnded = status.state.end != nil
    words =
      switch status.state.end {
      case .dead(_, let failure): "dead: \(failure)"
      case .cancelled(let reason): "cancelled: \(reason)"
      case .done: "done, without papers"
      case nil: "its ideas are still to come"
      }
    members = status.papers.map(\.stream)
    papers = status.papers.map(PaperLine.init)
  }

  /// Reads what was kept; the papers are kept by themselves.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    stream = try container.decode(StreamID.self, forKey: .stream)
    begun = try container.decode(Int64.self, forKey: .begun)
    cap = try container.decode(Money.self, forKey: .cap)
    ownCost = try container.decode(Money.self, forKey: .ownCost)
    words = try container.decode(String.self, forKey: .words)
    isEnded = try container.decode(Bool.self, forKey: .isEnded)
    members = try container.decode([StreamID].self, forKey: .members)
    papers = []
  }

  /// What it has cost with its papers.
  public var cost: Money { papers.reduce(ownCost) { $0 + $1.cost } }
  /// Whether it and all its papers have come to an end.
  public var isOver: Bool {
    isEnded && papers.allSatisfy { [.done, .dead, .cancelled].contains($0.standing) }
  }
}
