public import PaperModel
public import Roles

/// Makes the template's baseline where there is none, has ideas proposed, and opens a paper for each.
public struct IdeateHandler: StageHandler {
  public let stage = Stage.ideate
  private let ideator: any Ideator
  private let archive: IdeaArchive
  private let shelf: any BaselineStore

  public init(_ ideator: any Ideator, archive: IdeaArchive, shelf: any BaselineStore) {
    self.ideator = ideator
    self.archive = archive
    self.shelf = shelf
  }

  private enum Baseline: Sendable {
    case kept(RunResult)
    case wanted(RunRequest)
    case out
  }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let campaign = try await visit.campaign(surroundings)
    switch try await baseline(visit, campaign, surroundings) {
    case .wanted(let request): return .ask([try await visit.ask(request, ordinal: 0, surroundings)])
    case .out: return .wait
    case .kept(let baseline): return try await propose(visit, campaign, baseline, surroundings)
    }
  }

  private func baseline(
    _ visit: StageVisit, _ campaign: CampaignDefinition, _ surroundings: any Surroundings
  ) async throws -> Baseline {
    let key = BaselineKey(
      files: campaign.template.files, scale: campaign.scale, device: campaign.device,
      timeLimitSeconds: campaign.timeLimitSeconds)
    let digest = try await surroundings.keep(json: key).digest
    if let run = visit.runs.last {
      guard let end = run.end else { return .out }
      let result = try await made(end, surroundings)
      return .kept(try await surroundings.value(RunResult.self, of: try await shelf.keep(result, under: digest)))
    }
    if let kept = try await shelf.baseline(digest) {
      return .kept(try await surroundings.value(RunResult.self, of: kept))
    }
    return .wanted(
      RunRequest(
        label: "baseline of \(campaign.template.name)", code: campaign.template.files, outputFolder: "run_0",
        scale: campaign.scale, timeLimitSeconds: campaign.timeLimitSeconds, prices: campaign.prices))
  }

  /// A baseline that does not work ends the campaign: nothing could be compared with it.
  private func made(_ end: RunEnd, _ surroundings: any Surroundings) async throws -> BlobReference {
    switch end {
    case .finished(let reference):
      let result = try await surroundings.value(RunResult.self, of: reference)
      guard let problem = result.problem else { return reference }
      throw Failure(
        kind: "baselineFailed", "The template's own experiment does not work: \(problem)",
        advice: "Try it with `shoal template check DIR`; its last output: \(result.outputTail.suffix(400))")
    case .dead(let failure):
      throw Failure(kind: "baselineFailed", "The baseline run was given up: \(failure.message)", advice: failure.advice)
    case .cancelled: throw Failure(kind: "baselineFailed", "The baseline run was cancelled.")
    }
  }

  private func propose(
    _ visit: StageVisit, _ campaign: CampaignDefinition, _ baseline: RunResult, _ surroundings: any Surroundings
  ) async throws -> StageDecision {
    let archive = archive
    let seen: [IdeaArchive.Entry] = try await surroundings.step(
      "archive.read", request: campaign.template.name, reserving: .zero
    ) { _ in Settled(try await archive.entries(template: campaign.template.name), charge: .none) }
    let ideas =
      campaign.ideas == 0
      ? []
      : try await ideator.propose(
        campaign.ideas, for: campaign, baseline: baseline, seen: seen.map(\.idea), with: surroundings)
    if ideas.isEmpty, campaign.ideas > 0 {
      throw Failure(
        kind: "noIdeas", "\(campaign.scientist) has no idea on \(campaign.template.name) that was not had before.",
        advice: "Take another template, or a data folder of its own with `--data DIR`.")
    }
    let result = try await surroundings.keep(json: IdeaBatch(ideas: ideas, baseline: baseline))
    return .finished(result: result, opens: try await papers(ideas, visit, campaign, baseline, surroundings))
  }

  /// The caps of the papers together never exceed what the campaign has left.
  private func papers(
    _ ideas: [Idea], _ visit: StageVisit, _ campaign: CampaignDefinition, _ baseline: RunResult,
    _ surroundings: any Surroundings
  ) async throws -> [WorkItem] {
    guard !ideas.isEmpty else { return [] }
    let cap = Money(nanodollars: await surroundings.remaining().nanodollars / Int64(ideas.count))
    var items: [WorkItem] = []
    for (index, idea) in ideas.enumerated() {
      let definition = PaperDefinition(campaign: campaign, ordinal: index + 1, idea: idea, baseline: baseline)
      items.append(
        WorkItem(
          stream: visit.stream.paper(index + 1), stage: .novelty,
          opening: Opening(
            campaign: visit.opening.campaign, title: idea.title, cap: cap, device: campaign.device,
            snoozesWhenExhausted: visit.opening.snoozesWhenExhausted, priority: visit.opening.priority,
            definition: try await surroundings.keep(json: definition))))
    }
    return items
  }
}

/// What a baseline depends on.
struct BaselineKey: Codable, Sendable, Hashable {
  let files: FileTree
  let scale: CampaignDefinition.Scale
  let device: DeviceKind
  let timeLimitSeconds: Int
}
