import Operations
import PaperModel
import Projections

extension Installation {
  /// What keeps campaigns from making progress until a person does something, in words, by campaign.
  func standstills(_ board: Board, of open: Set<StreamID>) async throws -> [StreamID: String] {
    guard !open.isEmpty else { return [:] }
    let paused = try await deployment.pausedCampaigns()
    var words: [StreamID: String] = [:]
    for (campaign, why) in try await board.standstills(of: open, paused: paused) {
      words[campaign] = Self.words(campaign, why)
    }
    return words
  }

  private static func words(_ campaign: StreamID, _ why: Standstill) -> String {
    switch why {
    case .paused: "\(campaign.name) is paused; `shoal resume \(campaign.name)` resumes it."
    case .budget(let stream, let reason): "\(stream.name) waits for a raise of its budget: \(reason)"
    }
  }
}
