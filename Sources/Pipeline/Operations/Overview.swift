import Journal
public import PaperModel
import PipelineRules

/// Where everything stands.
public struct Overview: Sendable {
  let deployment: Deployment

  /// An overview of an installation.
  public init(_ deployment: Deployment) { self.deployment = deployment }

  /// All campaigns, the oldest first.
  public func campaigns() async throws -> [CampaignStatus] {
    var all: [CampaignStatus] = []
    for stream in try await deployment.streams(of: .campaign) { all.append(try await campaign(stream)) }
    return all.sorted { ($0.begun, $0.stream) < ($1.begun, $1.stream) }
  }

  /// One campaign with its papers.
  public func campaign(_ stream: StreamID) async throws -> CampaignStatus {
    let state = try await deployment.state(of: stream)
    let papers = try await deployment.parallel(state.following[.ideate] ?? []) { item in
      try await status(item.stream, item.opening)
    }
    return CampaignStatus(stream: stream, state: state, papers: papers)
  }

  /// One paper; nil where no campaign opened it.
  public func paper(_ stream: StreamID) async throws -> PaperStatus? {
    guard stream.kind == .paper, let dot = stream.name.lastIndex(of: "."),
      let campaign = StreamID(.campaign, String(stream.name[..<dot]))
    else { return nil }
    let items = try await deployment.state(of: campaign).following[.ideate] ?? []
    guard let item = items.first(where: { $0.stream == stream }) else { return nil }
    return try await status(stream, item.opening)
  }

  /// What a finished paper came to; nil where it is not finished.
  public func revision(of stream: StreamID) async throws -> Revision? {
    guard let reference = try await deployment.state(of: stream).results[.revise] else { return nil }
    return try await deployment.blobs.value(Revision.self, of: reference)
  }

  /// A paper by its own journal; nil where nobody has begun it.
  func begunPaper(_ stream: StreamID) async throws -> PaperStatus? {
    let state = try await deployment.state(of: stream)
    guard let opening = state.opening else { return nil }
    return try await status(state, opening)
  }

  /// Whether a worker lives.
  func isAlive(_ worker: WorkerID) async throws -> Bool { try await deployment.journal.liveness(of: worker) == .alive }

  private func status(_ stream: StreamID, _ opening: Opening) async throws -> PaperStatus {
    try await status(try await deployment.state(of: stream), opening)
  }

  private func status(_ state: StreamState, _ opening: Opening) async throws -> PaperStatus {
    let revision =
      state.results[.revise] == nil
      ? nil : try await deployment.blobs.value(Revision.self, of: state.results[.revise]!)
    return PaperStatus(
      stream: state.stream, title: revision?.manuscript.title ?? opening.title, campaign: opening.campaign,
      state: state,
      standing: try await standing(state), cap: state.opening == nil ? opening.cap : state.cap,
      score: revision?.review.overall)
  }

  private func standing(_ state: StreamState) async throws -> PaperStatus.Standing {
    switch state.end {
    case .done: return .done
    case .dead: return .dead
    case .cancelled: return .cancelled
    case nil: break
    }
    if let claim = state.claim, !claim.isOver {
      return try await isAlive(claim.worker) ? .running : .queued
    }
    let waits = !state.out.isEmpty || state.failures > 0
    return waits ? .waiting : .queued
  }
}
