import Journal
import MessageLog
public import PaperModel
import PipelineRules
import Projections

/// The outcome of `submit`.
public struct Submission: Sendable, Hashable {
  /// Whether the campaign existed.
  public enum Kind: Sendable, Hashable {
    /// The campaign is new.
    case new
    /// An earlier call made the same campaign, and it is not finished.
    case unfinished
    /// An earlier call made the same campaign, and it has ended.
    case over
  }

  /// The campaign.
  public let stream: StreamID
  public let kind: Kind
}

extension Deployment {
  /// Opens a campaign and enqueues it. The same call again, after a crash at any point or when the message log is back,
  /// completes what the first one began.
  /// - Throws: `OperationError` if the name is not valid, or belongs to another campaign.
  public func submit(_ campaign: CampaignDefinition) async throws -> Submission {
    let stream = try Self.stream(named: campaign.name)
    let opening = Opening(
      campaign: campaign.name, title: "\(campaign.ideas) ideas on \(campaign.template.name)", cap: campaign.budget,
      device: campaign.device, snoozesWhenExhausted: campaign.whenExhausted == .snooze,
      priority: campaign.priority, definition: try await blobs.keep(json: campaign))
    let isNew = try await journal.append(.opened(opening), to: stream, at: 0)
    if !isNew, let there = try await definition(of: stream), there != campaign {
      throw OperationError(
        "There is another campaign “\(campaign.name)” already; its \(there.differences(from: campaign)). "
          + "`shoal status` shows it, `shoal run` continues it. Give the new one another name with --name.")
    }
    try await takeUp(stream)
    if isNew { return Submission(stream: stream, kind: .new) }
    let isOver = try await line(of: stream).isOver
    return Submission(stream: stream, kind: isOver ? .over : .unfinished)
  }

  /// The stream of a campaign with this name.
  /// - Throws: `OperationError` if the name is not valid.
  static func stream(named name: String) throws -> StreamID {
    // With a dot in its name, a campaign's runs could have the names of another campaign's papers' runs.
    if let stream = StreamID(.campaign, name), !name.contains("."), name.utf8.count <= 80 { return stream }
    throw OperationError(
      "“\(name)” can't name a campaign: use 1 to 80 lower-case letters, digits and `-`, a letter or digit first.")
  }

  /// Enqueues a campaign that no worker has begun: its submission may have been interrupted before the item was
  /// published. A duplicate item does no harm.
  public func takeUp(_ campaign: StreamID) async throws {
    let state = try await state(of: campaign)
    guard state.end == nil, !state.claimed.contains(state.stage), let opening = state.opening else { return }
    do { try await publish(campaign, state.stage, opening) } catch let error as MessageLogError {
      throw OperationError(
        "\(error) The campaign \(campaign.name) is not enqueued yet: run the same command again, or `shoal run`.")
    }
    if state.isOnlyOpened {
      // If a worker was faster, its claim records the same.
      let enqueued = JournalEntry.Fact.released(stage: state.stage, reason: "enqueued, and waits for a worker")
      _ = try await journal.append(enqueued, to: campaign, at: state.length)
    }
    try await outbox.flush()
  }

  /// The unfinished campaign that is the same as this one but for its name.
  /// - Parameter open: the campaigns that are not over.
  public func unfinished(like campaign: CampaignDefinition, among open: [StreamID]) async throws -> StreamID? {
    for stream in open where try await isSame(campaign, as: stream) { return stream }
    return nil
  }

  private func isSame(_ campaign: CampaignDefinition, as stream: StreamID) async throws -> Bool {
    guard var there = try await definition(of: stream) else { return false }
    there.name = campaign.name
    return there == campaign
  }

  /// The definition of a campaign; nil if there is none of that name.
  public func definition(of campaign: StreamID) async throws -> CampaignDefinition? {
    guard let opening = try await state(of: campaign).opening else { return nil }
    return try await blobs.value(CampaignDefinition.self, of: opening.definition)
  }
}

extension StreamState {
  /// Whether the journal holds only the opening: the stream's item may never have been published.
  var isOnlyOpened: Bool { length == 1 && opening != nil }
}

extension CampaignDefinition {
  /// The differences, under the names that `submit` uses.
  fileprivate func differences(from other: CampaignDefinition) -> String {
    let all = [
      ("template", template != other.template), ("ideas", ideas != other.ideas),
      ("scientist", scientist != other.scientist), ("scale", scale != other.scale),
      ("time limit", timeLimitSeconds != other.timeLimitSeconds), ("budget", budget != other.budget),
      ("when-exhausted", whenExhausted != other.whenExhausted), ("device", device != other.device),
      ("prices", prices != other.prices), ("own ideas", ownIdeas != other.ownIdeas),
      ("priority", priority != other.priority),
    ]
    let names = all.filter(\.1).map(\.0)
    return (names.isEmpty ? "definition" : names.joined(separator: ", ")) + (names.count > 1 ? " differ" : " differs")
  }
}
