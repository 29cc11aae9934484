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
    guard paper.kind == .paper, let opening = try await opening(of: paper) else {
      throw OperationError("There is no paper “\(paper.name)” here. `shoal status` lists what there is.")
    }
    var row = BoardRow(paper)
    let all = try await EventFeed(journal, clock: clock, of: paper).next()
    for entry in all { row.apply(entry) }
    let entries = all.filter { $0.stream == paper }.map(\.entry)
    let state = try StreamState(paper, entries)
    let definition = try await blobs.value(PaperDefinition.self, of: opening.definition)
    let revision = try await revision(state)
    var review = revision?.review
    if review == nil, let reference = state.results[.review] {
      review = try await blobs.value(Review.self, of: reference)
    }
    var runs: [RunDetail] = []
    let units = try await units(of: paper)
    for ask in Self.asks(in: entries) {
      runs.append(try await runDetail(ask.run, ask.opening, all.filter { $0.stream == ask.run }, units: units))
    }
    let isAlive = if let worker = row.claim?.worker { try await isAlive(worker) } else { false }
    let amounts = row.ledger.amounts
    let cap = row.hasBegun ? row.cap : opening.cap
    return PaperDetail(
      id: paper.name, title: revision?.manuscript.title ?? opening.title, campaign: opening.campaign,
      state: row.standing { _ in isAlive }.rawValue, stage: row.end == .done ? "done" : row.stage.rawValue,
      reason: state.end?.reason ?? row.waitingReason, idea: definition.idea, stages: StageTimes(entries).lines,
      runs: runs, review: review, revision: revision?.reason, troubles: Self.troubles(in: entries),
      costs: Self.byStage(row.ledger), cost: amounts.settled, held: amounts.held, cap: cap,
      costNanodollars: amounts.settled, heldNanodollars: amounts.held, capNanodollars: cap)
  }

  /// Whether a worker lives.
  func isAlive(_ worker: WorkerID) async throws -> Bool { try await journal.liveness(of: worker) == .alive }

  /// What a finished paper came to; nil if it is not finished.
  public func revision(of paper: StreamID) async throws -> Revision? {
    try await revision(try await state(of: paper))
  }

  private func revision(_ paper: StreamState) async throws -> Revision? {
    guard let reference = paper.result else { return nil }
    return try await blobs.value(Revision.self, of: reference)
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
      case .stepFailed, .stepUnsettled, .stepAbandoned, .attemptFailed, .deadLettered, .cancelled:
        PaperDetail.Trouble(atMicroseconds: entry.atMicroseconds, words: entry.fact.words)
      default: nil
      }
    }
  }

  private static func byStage(_ ledger: Ledger) -> [PaperDetail.StageCost] {
    var sums: [Stage: Amounts] = [:]
    for (kind, amounts) in ledger.sums { sums[kind.stage] = (sums[kind.stage] ?? Amounts()) + amounts }
    return Stage.allCases.compactMap { stage in
      sums[stage].map { PaperDetail.StageCost(stage: stage.rawValue, settled: $0.settled, held: $0.held) }
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
