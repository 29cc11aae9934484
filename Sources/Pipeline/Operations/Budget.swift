import Journal
public import PaperModel
import PipelineRules
import Projections

/// The cap that a stream has got.
public struct CapChange: Sendable, Hashable {
  public let stream: StreamID
  public let cap: Money
}

extension Deployment {
  /// Gives a paper or campaign a new cap. Streams that wait for a raise are enqueued at once; dead ones stay dead until
  /// they are replayed.
  /// - Parameter raisesCampaign: whether the budget of a paper's campaign is raised where the caps of its papers would
  ///   come to more.
  /// - Returns: the streams whose caps were set, and the caps.
  /// - Throws: `OperationError` where more than that is spent or shared out already, and where the caps of a campaign's
  ///   papers would come to more than its budget.
  @discardableResult
  public func setCap(
    _ cap: Money, of stream: StreamID, raisingCampaign raisesCampaign: Bool = false
  ) async throws -> [CapChange] {
    guard stream.kind != .run else {
      throw OperationError(
        "A run has no budget of its own. Change that of its paper: `shoal budget PAPER --to DOLLARS`.")
    }
    var raised: [CapChange] = []
    if stream.kind == .campaign {
      try await checkCovered(cap, stream)
    } else if let least = try await campaignRaise(for: stream, to: cap) {
      guard raisesCampaign else { throw try await overBudget(least, stream, cap) }
      raised = try await setCap(least.cap, of: least.stream)
    }
    // A paper that no worker has begun gets its journal here, so that the cap can be recorded.
    if try await state(of: stream).length == 0, let opening = try await opening(of: stream) {
      _ = try await journal.append(.opened(opening), to: stream, at: 0)
    }
    let after = try await annotate(stream) { state in
      // Checked at every attempt: a step may be reserved meanwhile.
      guard cap >= state.books.total else {
        throw OperationError(
          "\(stream.name) has \(state.books.total) on its books: the cap can't be \(cap). "
            + "Name at least \(state.books.total)."
        )
      }
      return state.cap == cap ? nil : .capChanged(cap)
    }
    if after.end == nil, let opening = after.opening { try await publish(stream, after.stage, opening) }
    try await outbox.flush()
    return raised + [CapChange(stream: stream, cap: cap)]
  }

  /// Shares what a campaign's budget has left over evenly among its papers that are not done, cancelled or damaged;
  /// dead ones have their share.
  /// - Returns: the papers and their new caps; empty if nothing is left or no paper is open.
  public func shareOut(_ campaign: StreamID) async throws -> [CapChange] {
    let status = try await line(of: campaign)
    let open = status.papers.filter { ![.done, .cancelled, .damaged].contains($0.standing) }
    let left = status.cap - Self.committed(status)
    guard !open.isEmpty, left > .zero else { return [] }
    let share = Money(nanodollars: left.nanodollars / Int64(open.count))
    guard share > .zero else { return [] }
    var raised: [CapChange] = []
    for paper in open {
      let cap = paper.cap + share
      raised += try await setCap(cap, of: paper.stream)
    }
    return raised
  }

  /// The campaign's own cost plus the caps of its papers.
  private static func committed(_ status: CampaignLine, but paper: StreamID? = nil) -> Money {
    status.papers.reduce(status.own.settled + status.own.held) {
      $0 + ($1.stream == paper ? .zero : max($1.cap, $1.amounts.settled + $1.amounts.held))
    }
  }

  /// A campaign with its papers, by their journals.
  /// - Throws: `OperationError` if there is none of that name.
  func line(of campaign: StreamID) async throws -> CampaignLine {
    let (journal, clock) = (journal, clock)
    let board = Board(journal: journal, blobs: blobs, clock: clock) { _ in
      EventFeed(journal, clock: clock, of: campaign)
    }
    guard let line = try await board.campaign(campaign) else { throw Self.noCampaign(campaign) }
    return line
  }

  private func checkCovered(_ cap: Money, _ campaign: StreamID) async throws {
    let status = try await line(of: campaign)
    // The larger of two sums: with the caps that hold now, and by the campaign's own books, below which its journal
    // won't go.
    let least = max(Self.committed(status), try await state(of: campaign).books.total)
    guard cap >= least else {
      throw OperationError(
        "\(campaign.name) has spent or given to its papers \(least) already: its budget can't be \(cap). "
          + "Name at least \(least).")
    }
  }

  /// The caps of a campaign's papers together stay within its budget.
  /// - Returns: the campaign of a paper and the budget that it needs, where that is more than it has.
  private func campaignRaise(for paper: StreamID, to cap: Money) async throws -> CapChange? {
    let books = try await state(of: paper).books.total
    guard cap >= books else {
      throw OperationError(
        "\(paper.name) has \(books) on its books already: its cap can't be \(cap). Name at least \(books).")
    }
    guard let dot = paper.name.lastIndex(of: "."), let campaign = StreamID(.campaign, String(paper.name[..<dot]))
    else { return nil }
    let status = try await line(of: campaign)
    let total = Self.committed(status, but: paper) + cap
    return total <= status.cap ? nil : CapChange(stream: campaign, cap: total)
  }

  private func overBudget(_ least: CapChange, _ paper: StreamID, _ cap: Money) async throws -> OperationError {
    let name = least.stream.name
    let budget = try await state(of: least.stream).cap
    return OperationError(
      "The caps of \(name)'s papers would come to \(least.cap), over its budget of \(budget). "
        + "Raise both first: `shoal budget \(paper.name) --to \(cap.description.dropFirst()) --raise-campaign`.")
  }
}
