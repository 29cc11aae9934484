import PaperModel

/// Settles a campaign on ideas: each proposal's study is reserved, and a proposal whose study another campaign holds is
/// replaced.
struct IdeaRounds {
  /// The most ideas that a proposer is given as seen at first. Other campaigns' ideas beyond that are found when their
  /// studies are to be reserved.
  private static let mostSeen = 500
  /// A round asks for twice as many proposals as the one before while studies are held, up to this number.
  private static let mostProposed = 200
  /// Stops a scientist that keeps proposing held studies.
  private static let mostRounds = 100
  /// Reservations made at a time.
  private static let mostAtOnce = 32

  let index: any IdeaIndex
  let campaign: CampaignDefinition

  /// The outcome of reserving some proposals.
  private struct Reserved: Codable, Sendable {
    /// The indexes of the proposals that the campaign reserved, in their order.
    var settled: [Int] = []
    /// The ideas of other campaigns that held a proposal's study.
    var held: [IndexedIdea] = []
  }

  private struct Request: Encodable, Sendable {
    let wanted: Int
    let ideas: [IndexedIdea]
  }

  /// Up to `count` ideas whose studies the campaign holds; fewer if no more are proposed.
  /// - Parameter propose: proposes up to that many ideas, none of those seen. A function of its arguments and its
  ///   steps.
  func ideas(
    _ count: Int, with surroundings: any Surroundings,
    propose: (_ count: Int, _ seen: [IndexedIdea]) async throws -> [Idea]
  ) async throws -> [Idea] {
    var seen = try await listed(surroundings)
    var ideas: [Idea] = []
    var keys: Set<IdeaKey> = []
    for round in 0..<Self.mostRounds where ideas.count < count {
      let missing = count - ideas.count
      let wanted = max(missing, min(Self.mostProposed, missing << min(round, 10)))
      let proposed = try await propose(wanted, seen).prefix(wanted)
        .filter { keys.insert(IdeaKey($0, on: campaign.template.name)).inserted }
      if proposed.isEmpty { break }
      let reserved = try await reserve(proposed, wanted: missing, from: ideas.count + 1, with: surroundings)
      let settled = reserved.settled.map { proposed[$0] }
      // Proposals that were not tried may be proposed again.
      for (place, idea) in proposed.enumerated() where place > reserved.settled.last ?? proposed.count {
        keys.remove(IdeaKey(idea, on: campaign.template.name))
      }
      seen += reserved.held + settled.enumerated().map { row($1, ideas.count + $0 + 1) }
      ideas += settled
    }
    return ideas
  }

  /// Reserves the studies of ideas that become papers even if another campaign holds their studies.
  func reserve(_ ideas: [Idea], with surroundings: any Surroundings) async throws {
    _ = try await reserve(ideas, wanted: ideas.count, from: 1, with: surroundings)
  }

  /// The ideas of other campaigns. Its own are left out: a repeated visit must propose again what it has reserved.
  private func listed(_ surroundings: any Surroundings) async throws -> [IndexedIdea] {
    let (index, campaign) = (index, campaign)
    return try await surroundings.step("ideas.list", request: campaign.template.name, reserving: .zero) { _ in
      let all = try await index.ideas(on: campaign.template.name, most: Self.mostSeen)
      return Settled(all.filter { $0.campaign != campaign.name }, charge: .none)
    }
  }

  /// Reserves proposals in their order until enough are the campaign's own, as one step. May be repeated: what the
  /// campaign already holds stays its own.
  private func reserve(
    _ ideas: [Idea], wanted: Int, from ordinal: Int, with surroundings: any Surroundings
  ) async throws -> Reserved {
    let request = Request(wanted: wanted, ideas: ideas.enumerated().map { row($1, ordinal + $0) })
    let index = index
    return try await surroundings.step("ideas.reserve", request: request, reserving: .zero) { _ in
      var reserved = Reserved()
      var place = 0
      while place < request.ideas.count, reserved.settled.count < wanted {
        let end = min(request.ideas.count, place + min(Self.mostAtOnce, wanted - reserved.settled.count))
        let standing = try await Self.standing(Array(request.ideas[place..<end]), in: index)
        for (offset, idea) in standing.enumerated() {
          if idea.campaign == request.ideas[place + offset].campaign {
            reserved.settled.append(place + offset)
          } else {
            reserved.held.append(idea)
          }
        }
        place = end
      }
      return Settled(reserved, charge: .none)
    }
  }

  private struct Standing: Sendable {
    let place: Int
    let idea: IndexedIdea
  }

  private static func standing(_ ideas: [IndexedIdea], in index: any IdeaIndex) async throws -> [IndexedIdea] {
    try await withThrowingTaskGroup(of: Standing.self) { group in
      for (place, idea) in ideas.enumerated() {
        group.addTask { Standing(place: place, idea: try await index.reserve(idea)) }
      }
      return try await group.reduce(into: ideas) { $0[$1.place] = $1.idea }
    }
  }

  private func row(_ idea: Idea, _ ordinal: Int) -> IndexedIdea {
    IndexedIdea(idea, on: campaign.template.name, campaign: campaign.name, ordinal: ordinal)
  }
}
