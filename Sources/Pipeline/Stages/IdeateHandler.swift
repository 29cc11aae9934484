public import PaperModel
public import Roles

/// Runs the template's baseline unless it is stored, settles on ideas, and opens a paper for each.
public struct IdeateHandler: ScientistHandler {
  /// Papers whose definitions are stored at a time.
  private static let mostAtOnce = 32

  public let stage = Stage.ideate
  public let scientists: Scientists
  private let index: any IdeaIndex
  private let shelf: any BaselineStore

  public init(_ scientists: Scientists, index: any IdeaIndex, shelf: any BaselineStore) {
    self.scientists = scientists
    self.index = index
    self.shelf = shelf
  }

  private enum Baseline: Sendable {
    case kept(RunResult)
    case wanted(RunRequest)
    case out
  }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let campaign = try await visit.campaign(surroundings)
    let ideator = try scientists[campaign.scientist].ideator
    switch try await baseline(visit, campaign, surroundings) {
    case .wanted(let request): return .ask([try await visit.ask(request, ordinal: 0, surroundings)])
    case .out: return .wait
    case .kept(let baseline): return try await propose(ideator, visit, campaign, baseline, surroundings)
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
      let result = try await made(end, campaign, surroundings)
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
  private func made(
    _ end: RunEnd, _ campaign: CampaignDefinition, _ surroundings: any Surroundings
  ) async throws -> BlobReference {
    switch end {
    case .finished(let reference):
      let result = try await surroundings.value(RunResult.self, of: reference)
      guard let problem = result.problem else { return reference }
      throw Failure(
        kind: "baselineFailed", "The template's own experiment does not work: \(Self.sentence(problem))",
        advice: Self.remedy(result.limit, campaign) + Self.lastOutput(result.outputTail, besides: problem))
    case .dead(let failure):
      throw Failure(kind: "baselineFailed", "The baseline run was given up: \(failure.message)", advice: failure.advice)
    case .cancelled: throw Failure(kind: "baselineFailed", "The baseline run was cancelled.")
    }
  }

  /// What makes a baseline work. A campaign without ideas is a baseline by itself.
  private static func remedy(_ limit: ProgramLimit?, _ campaign: CampaignDefinition) -> String {
    let again = campaign.ideas == 0 ? "run the same command again" : "start a new campaign"
    return switch limit {
    case .time: "Give it more time with `--time-limit`, or let experiment.py compute less, and \(again)."
    case .memory: "There is no flag for its memory: let experiment.py use less, and \(again)."
    case .disk: "There is no flag for its disk: let experiment.py write less, and \(again)."
    case nil: "Correct experiment.py, and \(again)."
    }
  }

  private static func sentence(_ text: String) -> String { ".!?".contains(text.last ?? " ") ? text : text + "." }

  /// The last lines that a program printed, on one line; empty if it printed none, or if the problem quotes the last.
  private static func lastOutput(_ tail: String, besides problem: String) -> String {
    let lines = tail.split(separator: "\n").filter { $0.contains { !$0.isWhitespace } }.suffix(4)
    if let last = lines.last, problem.contains(last.trimmingPrefix { $0.isWhitespace }) { return "" }
    let text = lines.map { $0.drop { $0.isWhitespace } }.joined(separator: " / ")
    return text.isEmpty ? "" : " Its output ends with: “\(text.suffix(300))”."
  }

  private func propose(
    _ ideator: any Ideator, _ visit: StageVisit, _ campaign: CampaignDefinition, _ baseline: RunResult,
    _ surroundings: any Surroundings
  ) async throws -> StageDecision {
    let ideas = try await ideas(ideator, campaign, baseline, surroundings)
    if ideas.isEmpty, campaign.ideas > 0 {
      throw Failure(
        kind: "noIdeas",
        "\(campaign.scientist) has no idea on \(campaign.template.name) whose study no other campaign has.",
        advice: "Take another template, or a data folder of its own with `--data DIR`.")
    }
    let result = try await surroundings.keep(json: IdeaBatch(ideas: ideas, baseline: baseline))
    return .finished(result: result, opens: try await papers(ideas, visit, campaign, baseline, surroundings))
  }

  private func ideas(
    _ ideator: any Ideator, _ campaign: CampaignDefinition, _ baseline: RunResult, _ surroundings: any Surroundings
  ) async throws -> [Idea] {
    if campaign.ideas == 0 { return [] }
    let rounds = IdeaRounds(index: index, campaign: campaign)
    guard let own = campaign.ownIdeas else {
      return try await rounds.ideas(campaign.ideas, with: surroundings) { count, seen in
        try await ideator.propose(count, for: campaign, baseline: baseline, seen: seen, with: surroundings)
      }
    }
    // Each becomes a paper even if another campaign holds its study; the stage `novelty` finds whether it is still new.
    let ideas = try await surroundings.value([Idea].self, of: own)
    try await rounds.reserve(ideas, with: surroundings)
    return ideas
  }

  private struct Opened: Sendable {
    let place: Int
    let item: WorkItem
  }

  /// The caps of the papers together never exceed what the campaign has left.
  private func papers(
    _ ideas: [Idea], _ visit: StageVisit, _ campaign: CampaignDefinition, _ baseline: RunResult,
    _ surroundings: any Surroundings
  ) async throws -> [WorkItem] {
    guard !ideas.isEmpty else { return [] }
    let cap = Money(nanodollars: await surroundings.remaining().nanodollars / Int64(ideas.count))
    return try await withThrowingTaskGroup(of: Opened.self) { group in
      var opened: [Opened] = []
      for (place, idea) in ideas.enumerated() {
        if place >= Self.mostAtOnce, let one = try await group.next() { opened.append(one) }
        group.addTask {
          let paper = PaperDefinition(campaign: campaign, ordinal: place + 1, idea: idea, baseline: baseline)
          let opening = Opening(
            campaign: visit.opening.campaign, title: idea.title, cap: cap, device: campaign.device,
            snoozesWhenExhausted: visit.opening.snoozesWhenExhausted, priority: visit.opening.priority,
            definition: try await surroundings.keep(json: paper))
          return Opened(
            place: place,
            item: WorkItem(
              stream: visit.stream.paper(place + 1), stage: StageGraph.first(of: .paper), opening: opening))
        }
      }
      opened = try await group.reduce(into: opened) { $0.append($1) }
      return opened.sorted { $0.place < $1.place }.map(\.item)
    }
  }
}

/// What a baseline's result depends on.
struct BaselineKey: Codable, Sendable, Hashable {
  let files: FileTree
  let scale: CampaignDefinition.Scale
  let device: DeviceKind
  let timeLimitSeconds: Int
}
