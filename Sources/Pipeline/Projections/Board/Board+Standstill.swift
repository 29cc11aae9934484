public import PaperModel
internal import PipelineRules

/// Why a campaign that is not over makes no progress until a person does something.
public enum Standstill: Sendable, Hashable {
  /// It is paused, and no worker has any of it.
  case paused
  /// All of it that has not ended waits for a raise of its budget.
  case budget(StreamID, reason: String)
}

extension Board {
  /// The campaigns that make no progress until a person does something.
  /// - Parameters:
  ///   - open: campaigns that are not over.
  ///   - paused: the paused campaigns.
  public func standstills(
    of open: Set<StreamID>, paused: Set<StreamID>
  ) async throws -> [StreamID: Standstill] {
    let report = try await activity(paused: paused, isAll: false)
    let inHand = Set(report.workers.filter(\.isAlive).flatMap { $0.holds.map(\.stream.campaignName) })
    var found: [StreamID: Standstill] = [:]
    for line in report.campaigns where open.contains(line.stream) && !inHand.contains(line.stream.name) {
      if line.isPaused {
        found[line.stream] = .paused
      } else if line.standings[.queued, default: 0] == 0, let wait = try await budgetWait(of: line.stream) {
        found[line.stream] = wait
      }
    }
    return found
  }

  private func budgetWait(of campaign: StreamID) async throws -> Standstill? {
    guard let line = try await self.campaign(campaign) else { return nil }
    let left = line.papers.filter { [.running, .queued, .waiting].contains($0.standing) }
    guard line.end != nil || line.waitsForBudget, left.allSatisfy(\.waitsForBudget) else { return nil }
    guard let first = left.first?.stream ?? (line.end == nil ? campaign : nil) else { return nil }
    let reason = (left.first?.reason ?? line.reason ?? "").trimmingPrefix(ReleaseReason.budgetExhausted)
    return .budget(first, reason: String(reason))
  }
}
