import Journal
import MessageLog
import PaperModel
import PipelineRules

extension Deployment {
  /// After the message log was lost: publishes the item of every stream that has not ended, of every paper that a
  /// campaign opened, and of every run that was asked for, begun or not. Items that are still in the log do no harm.
  /// - Returns: the number of published items.
  public func recover() async throws -> Int {
    var items: [WorkItem] = []
    for kind in [StreamID.Kind.campaign, .paper] {
      for state in try await states(of: try await streams(of: kind)) { items += try await wanted(state) }
    }
    for state in try await states(of: try await streams(of: .run)) where state.end == nil {
      if let opening = state.opening { items.append(WorkItem(stream: state.stream, stage: .run, opening: opening)) }
    }
    return try await publishOnce(items)
  }

  /// Publishes the items of a campaign's unfinished streams, as `recover` does for all campaigns.
  func recover(campaign: StreamID) async throws {
    let state = try await state(of: campaign)
    var items = try await wanted(state)
    var runs = state.openRuns.map(\.ask.run)
    for paper in try await states(of: state.opened.map(\.stream)) {
      items += try await wanted(paper)
      runs += paper.openRuns.map(\.ask.run)
    }
    for run in try await states(of: runs) where run.end == nil {
      if let opening = run.opening { items.append(WorkItem(stream: run.stream, stage: .run, opening: opening)) }
    }
    _ = try await publishOnce(items)
  }

  /// Publishes each item once.
  /// - Returns: the number of distinct items.
  private func publishOnce(_ items: [WorkItem]) async throws -> Int {
    var seen: Set<WorkItem> = []
    let unique = items.filter { seen.insert($0).inserted }
    // In batches: a log confirms many messages as fast as one.
    for start in stride(from: 0, to: unique.count, by: 100) {
      try await log.publish(unique[start..<min(start + 100, unique.count)].map { Message($0) })
    }
    return unique.count
  }

  private func wanted(_ state: StreamState) async throws -> [WorkItem] {
    guard let opening = state.opening else { return [] }
    var items: [WorkItem] = []
    if state.end == nil { items.append(WorkItem(stream: state.stream, stage: state.stage, opening: opening)) }
    for item in state.opened where try await self.state(of: item.stream).length == 0 {
      items.append(item)
    }
    for run in state.openRuns where try await self.state(of: run.ask.run).length == 0 {
      items.append(WorkItem(stream: run.ask.run, stage: .run, opening: run.ask.opening))
    }
    return items
  }
}
