import PaperModel

/// The behaviour of the handlers in a world.
struct Script: Sendable {
  typealias Handling = @Sendable (StageVisit, Hand) async throws -> StageDecision?

  /// The number of papers that the campaign opens.
  var papers = 1
  /// The cap of each paper.
  var paperCap = Money(nanodollars: 1_000)
  /// The number of runs that a design asks for in each round; a round begins when the one before it is folded in.
  var rounds = [2]
  /// The rounds of runs that the campaign's own first stage asks for.
  var campaignRounds: [Int] = []
  /// The most that a run may cost: attempts of ten each.
  var allowance = Money(nanodollars: 60)
  var snoozesWhenExhausted = false
  /// Replaces a stage's usual work; returning nil falls back to it.
  var special: [Stage: Handling] = [:]

  static let reserved = Money(nanodollars: 10)
  static let cost = Money(nanodollars: 7)
}

/// How a step of a world ends once the provider has executed it.
enum Ending: Sendable {
  /// The price is known.
  case settled
  /// The result came, its price did not.
  case withoutPrice
  /// The answer was cut off.
  case cut
}

/// What a handler of a world works with.
struct Hand: Sendable {
  let surroundings: any Surroundings
  let life: Life
  let provider: Provider
  let mistakes: any Mistakes

  /// A costly step. The provider's result is stored among the blobs, as the files of a contained program are.
  /// - Parameters:
  ///   - begun: called when it is reserved, before the provider is called.
  ///   - asking: called right before it asks for its reservation.
  ///   - ending: how an attempt ends.
  func step(
    _ name: String = "work", request: String = "please", reserving worst: Money = Script.reserved,
    cost: Money = Script.cost, begun: @Sendable () async throws -> Void = {}, asking: @Sendable () -> Void = {},
    ending: @Sendable (Int) -> Ending = { _ in .settled }
  ) async throws -> String {
    let reserved = try await mistakes.reserved(worst, with: surroundings)
    asking()
    return try await surroundings.step(name, request: request, reserving: reserved) { attempt in
      try await mistakes.working(on: attempt)
      try await begun()
      do {
        try await life.call(
          "provider", Failure(kind: "busy", "The provider is busy.", retryability: .transient)
        ) { try provider.execute(attempt, cost: cost) }
      } catch let failure as Failure {
        throw FailedStep(failure, charge: provider.charge(of: attempt))
      }
      do { _ = try await surroundings.keep(Array("made \(request)".utf8)) } catch {
        if mistakes.forgetsCosts { throw error }
        throw FailedStep(resultLost: error, charge: Charge(money: cost))
      }
      let receipt = Receipt(endpoint: "provider", model: name, reason: "the answer says nothing of its price")
      switch ending(attempt.attempt) {
      case .settled: return Settled("done \(request)", charge: Charge(money: cost))
      case .withoutPrice: throw UnsettledStep(.whole("done \(request)"), receipt)
      case .cut:
        throw UnsettledStep(.missing(Failure(kind: "cut", "It was cut off.", retryability: .transient)), receipt)
      }
    }
  }
}

struct ScriptedHandler: StageHandler {
  let stage: Stage
  let script: Script
  let life: Life
  let provider: Provider
  let mistakes: any Mistakes

  static func all(
    _ script: Script, _ life: Life, _ provider: Provider, _ mistakes: any Mistakes
  ) -> [any StageHandler] {
    Stage.allCases.map {
      ScriptedHandler(stage: $0, script: script, life: life, provider: provider, mistakes: mistakes)
    }
  }

  func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let hand = Hand(surroundings: surroundings, life: life, provider: provider, mistakes: mistakes)
    if let decision = try await script.special[stage]?(visit, hand) { return decision }
    if stage.mayAsk, let decision = try await ask(visit, hand) { return decision }
    let result = try await hand.step(request: "\(visit.stream) \(stage)")
    let kept = try await surroundings.keep(json: result)
    guard stage == .ideate else { return .finished(result: kept) }
    return .finished(
      result: kept,
      opens: (0..<script.papers).map { index in
        let opening = Opening(
          campaign: visit.opening.campaign, title: "paper \(index + 1)", cap: script.paperCap,
          snoozesWhenExhausted: script.snoozesWhenExhausted, definition: visit.opening.definition)
        return WorkItem(stream: visit.stream.paper(index + 1), stage: .novelty, opening: opening)
      })
  }

  /// The next round of runs once the earlier ones are folded in; nil if there are no more rounds.
  private func ask(_ visit: StageVisit, _ hand: Hand) async throws -> StageDecision? {
    if visit.hasRunsOut { return .wait }
    var begun = 0
    for round in stage == .design ? script.rounds : script.campaignRounds {
      if begun == visit.runs.count {
        _ = try await hand.step("plan", request: "round from \(begun)")
        return .ask(
          (0..<round).map { ordinal in
            RunAsk(
              run: visit.stream.run(visit: visit.visit, ordinal: ordinal),
              opening: Opening(
                campaign: visit.opening.campaign, title: "run", cap: script.allowance,
                parent: Opening.Parent(stream: visit.stream, stage: stage), definition: visit.opening.definition))
          })
      }
      begun += round
    }
    return nil
  }
}
