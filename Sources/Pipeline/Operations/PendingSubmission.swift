import Journal
import MessageLog
public import PaperModel

/// The submission of a campaign with a made-up name. Its control flag notes it from before the campaign is made until
/// the person has the answer.
struct PendingSubmission: Sendable, Equatable {
  /// Ignored after this time, and removed.
  static let keptMicroseconds: Int64 = 7 * 86_400_000_000

  /// The made-up name.
  let campaign: String
  /// Of the definition without its name.
  let digest: String
  let atMicroseconds: Int64
  let submitter: WorkerID

  init(_ campaign: String, digest: String, atMicroseconds: Int64, submitter: WorkerID) {
    self.campaign = campaign
    self.digest = digest
    self.atMicroseconds = atMicroseconds
    self.submitter = submitter
  }

  /// Reads a flag; nil for other flags and for values that are none.
  init?(_ key: String, _ value: [UInt8]) {
    guard let campaign = ControlFlag.submittedCampaign(key) else { return nil }
    let words = String(decoding: value, as: UTF8.self).split(separator: " ", maxSplits: 2)
    guard words.count == 3, let time = Int64(words[1]) else { return nil }
    self.init(campaign, digest: String(words[0]), atMicroseconds: time, submitter: WorkerID(String(words[2])))
  }

  var key: String { ControlFlag.submission(campaign) }
  var value: [UInt8] { Array("\(digest) \(atMicroseconds) \(submitter.name)".utf8) }

  func isForgotten(at now: Int64) -> Bool {
    let (age, isTooLarge) = now.subtractingReportingOverflow(atMicroseconds)
    return isTooLarge || age > Self.keptMicroseconds
  }
}

extension Deployment {
  private static let lookEveryMicroseconds: Int64 = 200_000

  /// Begins the submission of a campaign with a made-up name. A submission of the same campaign that was cut off before
  /// its answer is taken up: nobody knows of its campaign. One that goes on is waited for, because the next campaign is
  /// then a second one that is wanted.
  /// - Parameter submitter: this process.
  /// - Returns: the campaign to submit, under the name that it has or had.
  public func beginSubmission(
    _ campaign: CampaignDefinition, by submitter: WorkerID
  ) async throws -> CampaignDefinition {
    var named = campaign
    named.name = ""
    let digest = try await blobs.keep(json: named).digest
    try await journal.beat(submitter)
    named.name = campaign.name
    while let other = try await submission(of: digest) {
      if try await journal.liveness(of: other.submitter) == .gone {
        named.name = other.campaign
        break
      }
      try await clock.wait(untilMicroseconds: clock.nowMicroseconds + Self.lookEveryMicroseconds)
      try await journal.beat(submitter)
    }
    let own = PendingSubmission(
      named.name, digest: digest, atMicroseconds: clock.nowMicroseconds, submitter: submitter)
    try await log.setControl(own.key, to: own.value)
    return named
  }

  /// Ends a submission: the person has the answer, so the same command makes another campaign.
  public func endSubmission(_ campaign: String, by submitter: WorkerID) async throws {
    try await log.setControl(ControlFlag.submission(campaign), to: nil)
    try await journal.sayGoodbye(submitter)
  }

  /// Ends the submissions of campaigns that a person is shown by another command.
  public func endSubmissions(of campaigns: [StreamID]) async throws {
    let names = Set(campaigns.map(\.name))
    for (key, value) in try await log.control() {
      guard let pending = PendingSubmission(key, value), names.contains(pending.campaign) else { continue }
      try await log.setControl(key, to: nil)
    }
  }

  /// The submission of a definition that was begun first. Removes those that are too old.
  private func submission(of digest: String) async throws -> PendingSubmission? {
    var found: [PendingSubmission] = []
    for (key, value) in try await log.control() {
      guard let pending = PendingSubmission(key, value) else { continue }
      if pending.isForgotten(at: clock.nowMicroseconds) {
        try await log.setControl(key, to: nil)
      } else if pending.digest == digest {
        found.append(pending)
      }
    }
    return found.min { ($0.atMicroseconds, $0.campaign) < ($1.atMicroseconds, $1.campaign) }
  }
}
