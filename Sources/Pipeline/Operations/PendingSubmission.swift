import Journal
import MessageLog
public import PaperModel

/// The submission of a campaign. Its control flag notes it from before the campaign is made until the person has the
/// answer.
struct PendingSubmission: Sendable, Equatable {
  /// Ignored after this time, and removed.
  static let keptMicroseconds: Int64 = 7 * 86_400_000_000

  /// The name.
  let campaign: String
  /// Of the definition, without its name if that is made up.
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
  private static let beatEveryMicroseconds = Heartbeat.every.components.seconds * 1_000_000

  /// Opens a campaign and enqueues it for a person, who then has an answer; `endSubmission` is called after that.
  ///
  /// With a made-up name, a submission of the same campaign that was cut off before its answer is taken up: nobody
  /// knows of its campaign. One that goes on is waited for, because the next campaign is then a second one that is
  /// wanted.
  /// - Parameters:
  ///   - isNamed: whether a person gave the name.
  ///   - submitter: this process.
  /// - Returns: the campaign under the name that it has or had.
  /// - Throws: `OperationError` as `submit(_:)` does. This process then no longer counts as the submitter.
  public func submit(
    _ campaign: CampaignDefinition, isNamed: Bool, by submitter: WorkerID
  ) async throws -> Submission {
    let stream = try Self.stream(named: campaign.name)
    do {
      return try await beating(submitter) {
        if isNamed {
          try await note(campaign, digest: try await blobs.keep(json: campaign).digest, submitter)
          return try await submit(campaign)
        }
        return try await submit(try await begin(campaign, by: submitter))
      }
    } catch {
      // The note of a made-up name stays: the same command takes this submission up, at once.
      if isNamed { try? await endSubmissions(of: [stream]) }
      try? await journal.sayGoodbye(submitter)
      throw error
    }
  }

  /// Ends a submission: the person has the answer, so the same command makes another campaign.
  public func endSubmission(_ campaign: StreamID, by submitter: WorkerID) async throws {
    try await log.setControl(ControlFlag.submission(campaign.name), to: nil)
    try await journal.sayGoodbye(submitter)
  }

  /// Ends the submissions of campaigns that a person is shown by another command.
  public func endSubmissions(of campaigns: [StreamID]) async throws {
    let names = Set(campaigns.map(\.name))
    for pending in try await pendingSubmissions() where names.contains(pending.campaign) {
      try await log.setControl(pending.key, to: nil)
    }
  }

  /// The campaigns whose submitters are alive.
  func submittedNow() async throws -> Set<StreamID> {
    var streams: Set<StreamID> = []
    for pending in try await pendingSubmissions()
    where try await journal.liveness(of: pending.submitter) == .alive {
      if let stream = StreamID(.campaign, pending.campaign) { streams.insert(stream) }
    }
    return streams
  }

  /// Notes the submission of a campaign with a made-up name, once no other of the same definition goes on.
  /// - Returns: the campaign to submit, under the name that it has or had.
  private func begin(_ campaign: CampaignDefinition, by submitter: WorkerID) async throws -> CampaignDefinition {
    var named = campaign
    named.name = ""
    let digest = try await blobs.keep(json: named).digest
    named.name = campaign.name
    while let other = try await submission(of: digest) {
      if try await journal.liveness(of: other.submitter) == .gone {
        named.name = other.campaign
        break
      }
      try await clock.wait(untilMicroseconds: clock.nowMicroseconds + Self.lookEveryMicroseconds)
    }
    try await note(named, digest: digest, submitter)
    return named
  }

  private func note(_ campaign: CampaignDefinition, digest: String, _ submitter: WorkerID) async throws {
    let own = PendingSubmission(
      campaign.name, digest: digest, atMicroseconds: clock.nowMicroseconds, submitter: submitter)
    try await log.setControl(own.key, to: own.value)
  }

  /// Sends heartbeats for as long as `body` takes.
  private func beating<Value: Sendable>(_ submitter: WorkerID, _ body: () async throws -> Value) async throws -> Value {
    try await journal.beat(submitter)
    let beats = Task { [self] in
      while true {
        try await clock.wait(untilMicroseconds: clock.nowMicroseconds + Self.beatEveryMicroseconds)
        try await journal.beat(submitter)
      }
    }
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    // None may follow the goodbye.
    beats.cancel()
    _ = await beats.result
    return try result.get()
  }

  private func pendingSubmissions() async throws -> [PendingSubmission] {
    try await log.control(under: ControlFlag.submissionPrefix).compactMap { PendingSubmission($0.key, $0.value) }
  }

  /// The submission of a definition that was begun first. Removes those that are too old.
  private func submission(of digest: String) async throws -> PendingSubmission? {
    var found: [PendingSubmission] = []
    for pending in try await pendingSubmissions() {
      if pending.isForgotten(at: clock.nowMicroseconds) {
        try await log.setControl(pending.key, to: nil)
      } else if pending.digest == digest {
        found.append(pending)
      }
    }
    return found.min { ($0.atMicroseconds, $0.campaign) < ($1.atMicroseconds, $1.campaign) }
  }
}
