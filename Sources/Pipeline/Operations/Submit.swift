import Journal
import MessageLog
public import PaperModel
import PipelineRules

extension Deployment {
  /// Enqueues a campaign.
  /// - Throws: `OperationError` where there is a campaign of that name already.
  public func submit(_ campaign: CampaignDefinition) async throws -> StreamID {
    // A dot would let a campaign's runs have the names of another one's papers' runs.
    guard let stream = StreamID(.campaign, campaign.name), !campaign.name.contains("."), campaign.name.utf8.count <= 80
    else {
      throw OperationError(
        "«\(campaign.name)» can't name a campaign: use 1 to 80 lower-case letters, digits and `-`, a letter or digit "
          + "first.")
    }
    // «a.1» is the first paper of «a»: the runs of both would have the same names.
    if let part = campaign.name.split(separator: ".").dropFirst().last, part.allSatisfy(\.isNumber) {
      throw OperationError(
        "«\(campaign.name)» can't name a campaign: a name that ends in `.\(part)` is that of a paper. "
          + "Write `-\(part)` instead.")
    }
    let opening = Opening(
      campaign: campaign.name, title: "\(campaign.ideas) ideas on \(campaign.template.name)", cap: campaign.budget,
      device: campaign.device, snoozesWhenExhausted: campaign.whenExhausted == .snooze,
      priority: campaign.priority, definition: try await blobs.keep(json: campaign))
    guard try await journal.append(.opened(opening), to: stream, at: 0) else {
      throw OperationError(
        "There is a campaign «\(campaign.name)» already: `shoal status` shows it, `shoal run` goes on with it. "
          + "Give the new one another name with --name.")
    }
    try await publish(stream, StageGraph.first(of: .campaign), opening)
    try await outbox.flush()
    return stream
  }

  /// The unfinished campaign that is the same as this one but for its name, where there is one.
  public func unfinished(like campaign: CampaignDefinition) async throws -> StreamID? {
    for overview in try await Overview(self).campaigns() where !overview.isOver {
      guard var there = try await definition(of: overview.stream) else { continue }
      there.name = campaign.name
      if there == campaign { return overview.stream }
    }
    return nil
  }

  /// What a campaign is.
  public func definition(of campaign: StreamID) async throws -> CampaignDefinition? {
    guard let opening = try await state(of: campaign).opening else { return nil }
    return try await blobs.value(CampaignDefinition.self, of: opening.definition)
  }
}
