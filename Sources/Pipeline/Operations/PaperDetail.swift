import Journal
public import PaperModel
public import PipelineRules
import Projections

/// A paper with its stages, runs, review, errors and costs.
public struct PaperDetail: Sendable, Codable {
  /// An error in the paper's history, mended or not.
  public struct Trouble: Sendable, Codable, Hashable {
    /// Microseconds since 1970.
    public let atMicroseconds: Int64
    /// What happened, on one line.
    public let words: String
  }

  /// The cost of a stage, its runs included.
  public struct StageCost: Sendable, Codable, Hashable {
    public let stage: String
    /// The amount that is charged.
    public let settled: Money
    /// The amount that is reserved, for running steps or for those whose workers were lost.
    public let held: Money
  }

  public let id: String
  public let title: String
  public let campaign: String
  /// `queued`, `running`, `waiting`, `done`, `dead` or `cancelled`.
  public let state: String
  /// The current stage; `done` if none is left.
  public let stage: String
  /// Why it is dead or was cancelled; nil otherwise.
  public let reason: String?
  public let idea: Idea
  /// When each stage was worked on.
  public let stages: [StageTimes.Line]
  /// Its runs, in the order of the requests.
  public let runs: [RunDetail]
  /// The latest review; nil before there is one.
  public let review: Review?
  /// What the revision changed; nil before it is finished.
  public let revision: String?
  /// The errors, oldest first.
  public let troubles: [Trouble]
  /// The cost by stage.
  public let costs: [StageCost]
  /// The amount that is charged, in nano-dollars.
  public let cost: Money
  /// The amount reserved for open steps, for runs that have not ended, and for steps whose workers were lost.
  public let held: Money
  /// The most that it may cost.
  public let cap: Money
  /// The same values under the names that all commands use.
  public let costNanodollars: Money
  public let heldNanodollars: Money
  public let capNanodollars: Money
}

extension Deployment {
  /// A paper in detail.
  /// - Throws: `OperationError` if no campaign opened it.
  public func paperDetail(_ paper: StreamID) async throws -> PaperDetail {
    guard let status = try await Overview(self).paper(paper), let opening = try await opening(of: paper) else {
      throw OperationError("There is no paper “\(paper.name)” here. `shoal status` lists what there is.")
    }
    let entries = try await journal.entries(of: paper, from: 0)
    let definition = try await blobs.value(PaperDefinition.self, of: opening.definition)
    let revision = try await Overview(self).revision(of: paper)
    var review = revision?.review
    if review == nil, let reference = status.state.results[.review] {
      review = try await blobs.value(Review.self, of: reference)
    }
    var runs: [RunDetail] = []
    let units = try await units(of: paper)
    for ask in Self.asks(in: entries) { runs.append(try await runDetail(ask.run, ask.opening, units: units)) }
    let ledger = try await costs(of: paper)
    let row = boardRow(of: paper, entries)
    let isAlive: Bool = if let worker = row.claim?.worker { try await Overview(self).isAlive(worker) } else { false }
    return PaperDetail(
      id: paper.name, title: status.title, campaign: status.campaign, state: row.standing { _ in isAlive }.rawValue,
      stage: status.stageName, reason: status.state.end?.reason ?? row.waitingReason, idea: definition.idea,
      stages: StageTimes(entries).lines, runs: runs, review: review, revision: revision?.reason,
      troubles: Self.troubles(in: entries), costs: Self.byStage(ledger), cost: ledger.settled,
      held: ledger.amounts.held, cap: status.cap, costNanodollars: ledger.settled,
      heldNanodollars: ledger.amounts.held, capNanodollars: status.cap)
  }

  /// A paper's row on a board, without its runs.
  private func boardRow(of paper: StreamID, _ entries: [JournalEntry]) -> BoardRow {
    var row = BoardRow(paper)
    for entry in entries { row.apply(StreamEntry(stream: paper, entry: entry)) }
    return row
  }

  /// Every run that a journal asks for, each once.
  static func asks(in entries: [JournalEntry]) -> [RunAsk] {
    var seen: Set<StreamID> = []
    return entries.flatMap { entry -> [RunAsk] in
      if case .asked(_, _, let runs, _) = entry.fact { runs } else { [] }
    }.filter { seen.insert($0.run).inserted }
  }

  static func troubles(in entries: [JournalEntry]) -> [PaperDetail.Trouble] {
    entries.compactMap { entry in
      switch entry.fact {
      case .stepFailed, .stepAbandoned, .attemptFailed, .deadLettered, .cancelled:
        PaperDetail.Trouble(atMicroseconds: entry.atMicroseconds, words: entry.fact.words)
      default: nil
      }
    }
  }

  private static func byStage(_ report: CostReport) -> [PaperDetail.StageCost] {
    report.sums { $0.stage.rawValue }.map {
      PaperDetail.StageCost(stage: $0.key, settled: $0.amounts.settled, held: $0.amounts.held)
    }
  }
}

extension StreamState.End {
  /// Why it ended; nil if it is done.
  public var reason: String? {
    switch self {
    case .done: nil
    case .dead(let stage, let failure): "given up in \(stage.rawValue): \(failure)"
    case .cancelled(let reason): reason
    }
  }
}
