public import PaperModel
import PipelineRules
public import Projections

/// A run with its files and output.
public struct RunReport: Sendable, Codable {
  /// The run with its metrics.
  public let run: RunDetail
  /// The stream that asked for it.
  public let askedBy: String?
  public let campaign: String
  /// The most that it may cost.
  public let cap: Money
  /// The files of its folder, by path.
  public let files: [String]
  /// Files that the sandbox refused to collect.
  public let findings: [String]
  /// The end of its output.
  public let outputTail: String
}

/// The definition and the state of a campaign.
public struct CampaignReport: Sendable, Codable {
  public let id: String
  public let template: String
  /// The number of requested papers.
  public let ideas: Int
  /// The name of the scientist.
  public let scientist: String
  /// `small` or `full`.
  public let scale: String
  /// `cpu` or `gpu`.
  public let device: String
  /// The longest that one experiment may take.
  public let timeLimitSeconds: Int
  /// What happens to a paper whose next step does not fit: `deadLetter` or `snooze`.
  public let whenExhausted: String
  /// `paused`, `running`, `done`, `dead` or `cancelled`.
  public let state: String
  /// Why it is dead or was cancelled.
  public let reason: String?
  /// When it was submitted: microseconds since 1970.
  public let begunMicroseconds: Int64
  public let cap: Money
  /// The amount that is charged, papers included.
  public let cost: Money
  /// The amount that is held, papers included.
  public let held: Money
  /// The same values under the names that all commands use.
  public let costNanodollars: Money
  public let heldNanodollars: Money
  public let capNanodollars: Money
  /// The names of its papers.
  public let papers: [String]
}

extension Deployment {
  /// The error for a campaign that is not there.
  public static func noCampaign(_ campaign: StreamID) -> OperationError {
    OperationError("There is no campaign “\(campaign.name)” here. `shoal status` lists what there is.")
  }

  /// A run with its files and output.
  /// - Throws: `OperationError` if no stream asked for it.
  public func runReport(_ run: StreamID) async throws -> RunReport {
    guard let opening = try await opening(of: run) else {
      throw OperationError("There is no run “\(run.name)” here. `shoal show PAPER` lists a paper's runs.")
    }
    let entries = try await EventFeed(journal, clock: clock, of: run).next()
    let reference = try StreamState(run, entries.map(\.entry)).results[.run]
    let result: RunResult? =
      if let reference { try await blobs.value(RunResult.self, of: reference) } else { nil }
    let units = if let parent = opening.parent { try await units(of: parent.stream) } else { [String: String]() }
    return RunReport(
      run: try await runDetail(run, opening, entries, units: units), askedBy: opening.parent?.stream.name,
      campaign: opening.campaign,
      cap: opening.cap, files: result?.files.files.map(\.path) ?? [], findings: result?.findings ?? [],
      outputTail: result?.outputTail ?? "")
  }

  /// What a campaign is, beside its line on the board.
  /// - Throws: `OperationError` if there is none of that name.
  public func campaignReport(_ line: CampaignLine) async throws -> CampaignReport {
    let campaign = line.stream
    guard let definition = try await definition(of: campaign) else { throw Self.noCampaign(campaign) }
    let isPaused = line.isOver ? false : try await isPaused(campaign: campaign)
    return CampaignReport(
      id: campaign.name, template: definition.template.name, ideas: definition.ideas, scientist: definition.scientist,
      scale: definition.scale.rawValue, device: definition.device.rawValue,
      timeLimitSeconds: definition.timeLimitSeconds, whenExhausted: definition.whenExhausted.rawValue,
      state: line.state(isPaused: isPaused), reason: line.end == nil ? nil : line.reason,
      begunMicroseconds: line.begunMicroseconds, cap: line.cap, cost: line.amounts.settled, held: line.amounts.held,
      costNanodollars: line.amounts.settled, heldNanodollars: line.amounts.held, capNanodollars: line.cap,
      papers: line.papers.map(\.stream.name))
  }
}
