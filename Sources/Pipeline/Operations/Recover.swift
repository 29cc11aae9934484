import Journal
import MessageLog
import PaperModel
import PipelineRules

extension Deployment {
  /// After a lost message log: publishes the item of every stream that is not at an end, of every paper that a campaign
  /// opened, and of every run that was asked for, begun or not. Items that are there all the same do no harm.
  /// - Returns: how many items were published.
  public func recover() async throws -> Int {
    var items: [WorkItem] = []
    for kind in [StreamID.Kind.campaign, .paper] {
      for state in try await states(of: try await streams(of: kind)) { items += try await wanted(state) }
    }
    for state in try await states(of: try await streams(of: .run)) where state.end == nil {
      if let opening = state.opening { items.append(WorkItem(stream: state.stream, stage: .run, opening: opening)) }
    }
    var seen: Set<WorkItem> = []
    let unique = items.filter { seen.insert($0).inserted }
    // Some at a time: a log that every message is acknowledged by takes many as fast as one.
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
