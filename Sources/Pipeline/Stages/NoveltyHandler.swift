public import PaperModel
public import Roles

/// Has an idea judged against all that came before it.
public struct NoveltyHandler: StageHandler {
  public let stage = Stage.novelty
  private let judge: any NoveltyJudge
  private let archive: IdeaArchive

  public init(_ judge: any NoveltyJudge, archive: IdeaArchive) {
    self.judge = judge
    self.archive = archive
  }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let paper = try await visit.paper(surroundings)
    let archive = archive
    let all: [IdeaArchive.Entry] = try await surroundings.step(
      "archive.read", request: paper.campaign.template.name, reserving: .zero
    ) { _ in Settled(try await archive.entries(template: paper.campaign.template.name), charge: .none) }
    // Only what came before counts, or two campaigns with one idea would each rule the other out.
    let own = all.firstIndex { $0.campaign == paper.campaign.name && $0.ordinal == paper.ordinal } ?? all.count
    let verdict = try await judge.judge(
      paper.idea, of: paper.campaign, seen: all[..<own].map(\.idea), with: surroundings)
    guard verdict.isNovel else {
      throw Failure(
        kind: "notNovel", "The idea is not new: \(verdict.reason)",
        advice: "Discard it, or replay it from `design` to go on all the same.")
    }
    return .finished(result: try await surroundings.keep(json: verdict))
  }
}
