import EmbeddedStore
import FolderJournal
import Journal
import MessageLog
import PaperModel
import ServiceTestSupport
import Testing

@testable import Operations

/// What the store knows of a campaign that is being submitted, or whose submission was cut off.
@Suite struct SubmissionTests {
  /// A log that takes no messages.
  private struct FullLog: MessageLog {
    let inner: any MessageLog
    func publish(_ messages: [Message]) async throws { throw MessageLogError("The log is full.", isRetriable: false) }
    func consumer(of topics: [Topic], worker: WorkerID) async throws -> any MessageConsumer {
      try await inner.consumer(of: topics, worker: worker)
    }
    func browse(_ topic: Topic, limit: Int) async throws -> [StoredMessage] { [] }
    func holds(_ key: String, in topic: Topic) async throws -> Bool { false }
    func remove(_ identity: String, from topic: Topic) async throws -> Bool { false }
    func setControl(_ key: String, to value: [UInt8]?) async throws { try await inner.setControl(key, to: value) }
    func control() async throws -> [String: [UInt8]] { try await inner.control() }
  }

  private struct World {
    let deployment: Deployment
    /// The same stores with a log that takes no messages.
    let full: Deployment
    let campaign: CampaignDefinition
    var stream: StreamID { StreamID(.campaign, campaign.name)! }
  }

  private static func with(_ body: (World) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
      let store = try await EmbeddedStore(folder: folder)
      let blobs = try await FolderBlobs(folder: folder)
      let template = TemplateBundle(
        name: "toy", files: FileTree([.init(path: "experiment.py", blob: try await blobs.keep([]))]))
      let campaign = CampaignDefinition(
        name: "toy-1", template: template, ideas: 1, scientist: "sweep", timeLimitSeconds: 60,
        budget: Money(nanodollars: 1_000_000_000))
      func deployment(_ log: any MessageLog) -> Deployment {
        Deployment(Stores(log: log, journal: store.journal, blobs: blobs))
      }
      let log = store.messageLog
      try await body(World(deployment: deployment(log), full: deployment(FullLog(inner: log)), campaign: campaign))
      await store.close()
    }
  }

  @Test func `a worker waits for a submitter that is alive, and for nobody else`() async throws {
    try await Self.with { world in
      let (deployment, stream) = (world.deployment, world.stream)
      let submitter = WorkerID("submitter")
      let note = PendingSubmission(
        stream.name, digest: "d", atMicroseconds: MachineClock().nowMicroseconds, submitter: submitter)
      try await deployment.log.setControl(note.key, to: note.value)
      try await deployment.journal.beat(submitter)
      await #expect(throws: OperationError.self) { try await world.full.submit(world.campaign) }
      let look = CutOffSubmissions(deployment)
      #expect(try await look.onlyThese(among: []) == [])
      #expect(try await look.onlyThese(among: [stream]) == nil)
      try await deployment.journal.sayGoodbye(submitter)
      #expect(try await look.onlyThese(among: [stream]) == [stream])
      // Its item is in the log: its submission was cut off after that, or `recover` has published it.
      #expect(try await deployment.recover().published == 1)
      #expect(try await look.onlyThese(among: [stream]) == nil)
      try await deployment.takeUp(stream)
      #expect(try await look.onlyThese(among: [stream]) == nil)
      #expect(try await CutOffSubmissions(deployment).onlyThese(among: [stream]) == nil)
    }
  }

  @Test func `a worker waits for the papers of a campaign whose journal is damaged`() async throws {
    try await Self.with { world in
      await #expect(throws: OperationError.self) { try await world.full.submit(world.campaign) }
      let step = StepID(
        stage: .ideate, visit: 1, name: "s", ordinal: 0, requestDigest: String(repeating: "0", count: 64))
      _ = try await world.deployment.journal.append(.stepAbandoned(step, attempt: 7), to: world.stream, at: 1)
      let left = try await CutOffSubmissions(world.deployment).onlyThese(among: [world.stream])
      #expect(left == nil)
    }
  }

  @Test(arguments: [false, true])
  func `a submission that fails has no submitter, and the same command takes it up at once`(
    _ isNamed: Bool
  ) async throws {
    try await Self.with { world in
      let deployment = world.deployment
      let first = WorkerID("first")
      await #expect(throws: OperationError.self) {
        try await world.full.submit(world.campaign, isNamed: isNamed, by: first)
      }
      #expect(try await deployment.journal.liveness(of: first) == .gone)
      #expect(try await CutOffSubmissions(deployment).onlyThese(among: [world.stream]) == [world.stream])
      var again = world.campaign
      if !isNamed { again.name = "toy-2" }
      let second = WorkerID("second")
      let submission = try await deployment.submit(again, isNamed: isNamed, by: second)
      #expect(submission == Submission(stream: world.stream, kind: .unfinished))
      #expect(try await deployment.submittedNow() == [world.stream])
      try await deployment.endSubmission(submission.stream, by: second)
      #expect(try await deployment.log.control().isEmpty)
      #expect(try await deployment.journal.liveness(of: second) == .gone)
    }
  }

  @Test func `after its campaign was cancelled, the same command makes another`() async throws {
    try await Self.with { world in
      await #expect(throws: OperationError.self) {
        try await world.full.submit(world.campaign, isNamed: false, by: WorkerID("first"))
      }
      #expect(try await world.deployment.cancel(world.stream, reason: "test") == [world.stream])
      var again = world.campaign
      again.name = "toy-2"
      let submission = try await world.deployment.submit(again, isNamed: false, by: WorkerID("second"))
      #expect(submission.stream.name == "toy-2" && submission.kind == .new)
    }
  }
}
