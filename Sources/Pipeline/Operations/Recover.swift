import Journal
import MessageLog
public import PaperModel
import PipelineRules

extension Deployment {
  /// After the message log was lost: publishes the item of every stream that has not ended, of every paper that a
  /// campaign opened, and of every run that was asked for, begun or not. Items that are still in the log do no harm.
  public func recover() async throws -> Recovery {
    var items: [WorkItem] = []
    var damaged: [JournalError] = []
    for kind in StreamID.Kind.allCases {
      for look in try await states(of: try await streams(of: kind)) {
        switch look {
        case .success(let state): items += try await wanted(state)
        case .failure(let damage): damaged.append(damage)
        }
      }
    }
    return Recovery(published: try await publishOnce(items), damaged: damaged)
  }

  /// Publishes the items of a campaign's unfinished streams, as `recover` does for all campaigns. Nothing can be done
  /// for damaged streams, which `status` names.
  func recover(campaign: StreamID) async throws {
    let state = try await state(of: campaign)
    var items = try await wanted(state)
    var runs = state.openRuns.map(\.ask.run)
    for case .success(let paper) in try await states(of: state.opened.map(\.stream)) {
      items += try await wanted(paper)
      runs += paper.openRuns.map(\.ask.run)
    }
    for case .success(let run) in try await states(of: runs) { items += try await wanted(run) }
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
    for item in state.opened where try await isUnopened(item.stream) { items.append(item) }
    for run in state.openRuns where try await isUnopened(run.ask.run) {
      items.append(WorkItem(stream: run.ask.run, stage: .run, opening: run.ask.opening))
    }
    return items
  }

  private func isUnopened(_ stream: StreamID) async throws -> Bool {
    try await sound(stream) { try await state(of: stream).length == 0 } == .success(true)
  }
}

/// What `recover` did.
public struct Recovery: Sendable, Hashable {
  /// How many items were published.
  public let published: Int
  /// What is wrong with the streams whose journals are damaged. They are left as they are.
  public let damaged: [JournalError]
}
