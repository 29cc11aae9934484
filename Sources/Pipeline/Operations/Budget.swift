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
    let budget: CapChange?
    switch stream.kind {
    case .run:
      throw OperationError(
        "A run has no budget of its own. Change that of its paper: `shoal budget PAPER --to DOLLARS`.")
    case .campaign:
      try await completeGrants(of: stream)
      try await setBudget(cap, of: stream)
      budget = nil
    case .paper:
      if let campaign = Self.campaign(of: stream) { try await completeGrants(of: campaign) }
      budget = try await setCap(cap, ofPaper: stream, raisesCampaign)
    }
    try await outbox.flush()
    return (budget.map { [$0] } ?? []) + [CapChange(stream: stream, cap: cap)]
  }

  /// Shares what a campaign's budget has left over evenly among its papers that are not done, cancelled or damaged;
  /// dead ones have their share.
  /// - Returns: the papers and their new caps; empty if nothing is left or no paper is open.
  public func shareOut(_ campaign: StreamID) async throws -> [CapChange] {
    try await completeGrants(of: campaign)
    let open = try await line(of: campaign).papers.filter { ![.done, .cancelled, .damaged].contains($0.standing) }
    let left = try await state(of: campaign).remaining
    guard !open.isEmpty, left > .zero else { return [] }
    let share = Money(nanodollars: left.nanodollars / Int64(open.count))
    guard share > .zero else { return [] }
    var raised: [CapChange] = []
    for paper in open {
      let cap = paper.cap + share
      _ = try await setCap(cap, ofPaper: paper.stream, false)
      raised.append(CapChange(stream: paper.stream, cap: cap))
    }
    try await outbox.flush()
    return raised
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

  private static func campaign(of paper: StreamID) -> StreamID? {
    paper.name.lastIndex(of: ".").flatMap { StreamID(.campaign, String(paper.name[..<$0])) }
  }

  private func setBudget(_ cap: Money, of campaign: StreamID) async throws {
    let after = try await annotate(campaign) { state in
      // Checked at every attempt: a step may be reserved or a paper be granted money meanwhile.
      guard cap >= state.books.total else {
        throw OperationError(
          "\(campaign.name) has spent or given to its papers \(state.books.total) already: its budget can't be \(cap). "
            + "Name at least \(state.books.total).")
      }
      return state.cap == cap ? nil : .capChanged(cap)
    }
    try await wake(after)
  }

  func wake(_ state: StreamState) async throws {
    if state.end == nil, let opening = state.opening { try await publish(state.stream, state.stage, opening) }
  }

  /// - Returns: the campaign and its new budget, where that was raised.
  private func setCap(_ cap: Money, ofPaper paper: StreamID, _ raisesCampaign: Bool) async throws -> CapChange? {
    // A paper that no worker has begun gets its journal here, so that the cap can be recorded.
    if try await state(of: paper).length == 0, let opening = try await opening(of: paper) {
      _ = try await journal.append(.opened(opening), to: paper, at: 0)
    }
    var budget: CapChange?
    for _ in 0..<1000 {
      let before = try await state(of: paper)
      try Self.check(cap, of: before)
      guard let campaign = Self.campaign(of: paper) else {
        try await wake(try await annotate(paper, after: before) { $0.cap == cap ? nil : .capChanged(cap) })
        return nil
      }
      if cap > before.cap {
        let known = try await state(of: campaign)
        if raisesCampaign, let raised = try await raise(known, for: paper, to: cap) { budget = raised }
        guard let number = try await grant(cap, to: paper, by: campaign, raisesCampaign) else {
          try await completeGrants(of: campaign)
          continue
        }
        try await wake(try await follow(grant: number, of: cap, paper))
        return budget
      }
      if try await lower(paper, from: before, to: cap, by: campaign) { return budget }
    }
    throw JournalError(.unavailable, "The cap of \(paper) keeps changing. Try again.")
  }

  private static func check(_ cap: Money, of state: StreamState) throws {
    guard cap >= state.books.total else {
      throw OperationError(
        "\(state.stream.name) has \(state.books.total) on its books: the cap can't be \(cap). "
          + "Name at least \(state.books.total).")
    }
  }

  // MARK: - The caps of a campaign's papers never come to more than its budget
  //
  // docs/protocol/Grants.tla specifies this. The campaign's books hold an amount for each paper, which is never less
  // than the paper's cap. A raise is granted by the campaign first; a lower cap is written to the paper first. A paper
  // follows a grant only if it has not heard of a later one; the campaign takes money back only if it has granted the
  // paper nothing since; and no grant is of less than an earlier one that a paper may follow still. Whatever stops in
  // between leaves money reserved and unused, which the next change of a cap in the campaign puts in order.

  /// - Returns: the number of the grant; nil if the paper has been granted more, which it may follow at any time and
  ///   so goes first, and if others took the room of a budget that may be raised again.
  private func grant(
    _ cap: Money, to paper: StreamID, by campaign: StreamID, _ raisesCampaign: Bool
  ) async throws -> Int64? {
    let after = try await annotate(campaign) { state in
      if let held = state.books.opened[paper], held > cap { return nil }
      let total = Self.needed(state, for: paper, cap)
      guard total <= state.cap else {
        if raisesCampaign { return nil }
        throw Self.overBudget(total, state, paper, cap)
      }
      return .granted(paper: paper, cap)
    }
    return after.books.opened[paper] == cap ? after.grants[paper] : nil
  }

  /// The budget that a campaign needs for a paper with this cap.
  private static func needed(_ state: StreamState, for paper: StreamID, _ cap: Money) -> Money {
    state.books.total - (state.books.opened[paper] ?? .zero) + cap
  }

  /// Raises a campaign's budget where a cap does not fit; never lowers it.
  private func raise(_ known: StreamState, for paper: StreamID, to cap: Money) async throws -> CapChange? {
    let after = try await annotate(known.stream, after: known) { state in
      let total = Self.needed(state, for: paper, cap)
      guard total <= Money.limit else { throw OperationError("The budget of a campaign is at most \(Money.limit).") }
      return total <= state.cap ? nil : .capChanged(total)
    }
    guard after.length > known.length, after.cap > known.cap else { return nil }
    try await wake(after)
    return CapChange(stream: known.stream, cap: after.cap)
  }

  private func follow(grant number: Int64, of cap: Money, _ paper: StreamID) async throws -> StreamState {
    try await annotate(paper) { $0.grant < number ? .capChanged(cap, grant: number) : nil }
  }

  /// - Returns: whether it is done; not if the paper's cap was raised in the same moment.
  private func lower(
    _ paper: StreamID, from before: StreamState, to cap: Money, by campaign: StreamID
  ) async throws -> Bool {
    let known = try await state(of: campaign).grants[paper] ?? 0
    let after = try await annotate(paper, after: before) { state in
      guard state.cap >= cap, state.grant <= known else { return nil }
      try Self.check(cap, of: state)
      return state.cap == cap && state.grant == known ? nil : .capChanged(cap, grant: known == 0 ? nil : known)
    }
    guard after.cap == cap, after.grant == known else { return false }
    try await wake(after)
    try await hold(cap, for: paper, by: campaign, unlessAfter: known)
    return true
  }

  /// Puts an amount for a paper on its campaign's books, unless the campaign granted it something since.
  private func hold(
    _ amount: Money, for paper: StreamID, by campaign: StreamID, unlessAfter known: Int64
  ) async throws {
    try await annotate(campaign) { state in
      let isLatest = (state.grants[paper] ?? 0) == known
      return isLatest && state.books.opened[paper] != amount ? .granted(paper: paper, amount) : nil
    }
  }

  /// Completes what commands that were ended have begun, and puts on the books what versions without grants have done.
  private func completeGrants(of campaign: StreamID) async throws {
    let books = try await state(of: campaign)
    guard books.length > 0 else { throw Self.noCampaign(campaign) }
    let papers = books.books.opened.keys.sorted()
    for case .success(let paper) in try await states(of: papers) where paper.length > 0 {
      let known = books.grants[paper.stream] ?? 0
      let held = books.books.opened[paper.stream] ?? .zero
      let amount = max(paper.cap, paper.books.total)
      if held < amount || held > amount && known == paper.grant {
        try await hold(amount, for: paper.stream, by: campaign, unlessAfter: known)
      } else if held > amount, known > paper.grant {
        try await wake(try await follow(grant: known, of: held, paper.stream))
      }
    }
  }

  private static func overBudget(_ least: Money, _ campaign: StreamState, _ paper: StreamID, _ cap: Money)
    -> OperationError
  {
    OperationError(
      "The caps of \(campaign.stream.name)'s papers would come to \(least), over its budget of \(campaign.cap). "
        + "Raise both first: `shoal budget \(paper.name) --to \(cap.description.dropFirst()) --raise-campaign`.")
  }
}
