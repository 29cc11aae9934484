import Journal
public import PaperModel
import PipelineRules
import Projections

/// Reads the state of campaigns and papers from their journals.
public struct Overview: Sendable {
  let deployment: Deployment

  public init(_ deployment: Deployment) { self.deployment = deployment }

  /// All campaigns, the oldest first. Several journals are read at a time, also those of different campaigns.
  public func campaigns() async throws -> [CampaignStatus] {
    let states = try await deployment.states(of: try await deployment.streams(of: .campaign))
    return try await campaigns(states).sorted { ($0.begun, $0.stream) < ($1.begun, $1.stream) }
  }

  /// One campaign with its papers.
  public func campaign(_ stream: StreamID) async throws -> CampaignStatus {
    try await campaigns([try await deployment.state(of: stream)])[0]
  }

  private func campaigns(_ states: [StreamState]) async throws -> [CampaignStatus] {
    let items = states.map { $0.opened }
    var papers = try await papers(items.flatMap { $0 })[...]
    return zip(states, items).map { state, items in
      defer { papers = papers.dropFirst(items.count) }
      return CampaignStatus(stream: state.stream, state: state, papers: Array(papers.prefix(items.count)))
    }
  }

  /// One paper; nil if no campaign opened it.
  public func paper(_ stream: StreamID) async throws -> PaperStatus? {
    guard stream.kind == .paper, let dot = stream.name.lastIndex(of: "."),
      let campaign = StreamID(.campaign, String(stream.name[..<dot]))
    else { return nil }
    let items = try await deployment.state(of: campaign).opened
    guard let item = items.first(where: { $0.stream == stream }) else { return nil }
    return try await papers([item])[0]
  }

  /// The result of a finished paper; nil if it is not finished.
  public func revision(of stream: StreamID) async throws -> Revision? {
    guard let reference = try await deployment.state(of: stream).result else { return nil }
    return try await deployment.blobs.value(Revision.self, of: reference)
  }

  /// Whether a worker lives.
  func isAlive(_ worker: WorkerID) async throws -> Bool { try await deployment.journal.liveness(of: worker) == .alive }

  /// The living workers among those that hold the streams, each checked once.
  private func alive(_ states: [StreamState]) async throws -> Set<WorkerID> {
    let holders = Set(states.compactMap(\.holder)).sorted { $0.name < $1.name }
    let lives = try await deployment.parallel(holders) { try await isAlive($0) }
    return Set(zip(holders, lives).filter(\.1).map(\.0))
  }

  private func papers(_ items: [WorkItem]) async throws -> [PaperStatus] {
    let states = try await deployment.states(of: items.map(\.stream))
    let alive = try await alive(states)
    return try await deployment.parallel(Array(zip(states, items))) { state, item in
      try await status(state, item.opening, alive: alive)
    }
  }

  private func status(_ state: StreamState, _ opening: Opening, alive: Set<WorkerID>) async throws -> PaperStatus {
    var revision: Revision?
    if let result = state.result { revision = try await deployment.blobs.value(Revision.self, of: result) }
    return PaperStatus(
      stream: state.stream, title: revision?.manuscript.title ?? opening.title, campaign: opening.campaign,
      state: state, standing: state.standing(alive), cap: state.opening == nil ? opening.cap : state.cap,
      score: revision?.review.overall)
  }
}

extension StreamState {
  /// The worker that has the stream; nil if none has it or the stream has ended.
  fileprivate var holder: WorkerID? {
    guard let claim, !claim.isOver, end == nil else { return nil }
    return claim.worker
  }

  fileprivate func standing(_ alive: Set<WorkerID>) -> Standing {
    switch end {
    case .done: return .done
    case .dead: return .dead
    case .cancelled: return .cancelled
    case nil: break
    }
    if let holder { return alive.contains(holder) ? .running : .queued }
    return !openRuns.isEmpty || failures > 0 ? .waiting : .queued
  }
}
