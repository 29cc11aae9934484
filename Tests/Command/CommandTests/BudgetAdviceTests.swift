import EmbeddedStore
import FolderJournal
import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import ServiceTestSupport
import Stages
import Testing

@testable import StageWorker
@testable import shoal

/// Where money runs out, the commands that are advised work.
@Suite struct BudgetAdviceTests {
  private static let campaign = StreamID(.campaign, "one")!
  private static let paper = StreamID(.paper, "one.1")!
  private static let blob = BlobReference(digest: String(repeating: "a", count: 64), size: 1)!
  private static let worker = WorkerID("host-1-a")

  private static func money(_ nanodollars: Int64) -> Money { Money(nanodollars: nanodollars) }

  private static func opening(
    _ cap: Int64, parent: Opening.Parent? = nil, snoozes: Bool = false
  ) -> Opening {
    Opening(
      campaign: "one", title: "One", cap: money(cap), parent: parent, snoozesWhenExhausted: snoozes, definition: blob)
  }

  /// A campaign whose whole budget is its paper's.
  private static func openCampaign(_ deployment: Deployment) async throws {
    try await append(
      campaign,
      [
        .opened(opening(1000)), .claimed(worker: worker, stage: .ideate, visit: 1, attempt: 1),
        .stageFinished(
          stage: .ideate, visit: 1, result: blob,
          next: [WorkItem(stream: paper, stage: .novelty, opening: opening(1000))]),
      ], deployment)
  }

  private static func append(
    _ stream: StreamID, _ facts: [JournalEntry.Fact], _ deployment: Deployment
  ) async throws {
    for fact in facts {
      let end = Int64(try await deployment.journal.entries(of: stream, from: 0).count)
      _ = try await deployment.journal.append(fact, to: stream, at: end)
    }
  }

  /// Gives a stream up in a stage because its next step may cost too much.
  private static func giveUp(
    _ stream: StreamID, in stage: Stage, needing wanted: Int64, _ deployment: Deployment
  ) async throws -> Failure {
    let state = try await deployment.state(of: stream)
    let failure = Failure.exhausted(NoRoom(wanted: money(wanted), state: state), usual: nil)
    try await append(stream, [.deadLettered(stage: stage, failure: failure)], deployment)
    var message = Message(WorkItem(stream: stream, stage: stage, opening: try #require(state.opening)))
    message.topic = message.topic.deadLetters
    message.headers[HeaderName.errorKind] = failure.kind
    message.headers[HeaderName.stream] = stream.description
    try await deployment.log.publish([message])
    return failure
  }

  /// The commands between backticks, without `shoal`.
  private static func commands(_ failure: Failure) -> [[String]] {
    failure.description.split(separator: "`").filter { $0.hasPrefix("shoal ") }
      .map { $0.split(separator: " ").dropFirst().map(String.init) }
  }

  private static func run(_ commands: [[String]], _ folder: String) async throws {
    for words in commands {
      let run = try await CommandRun.of(words, data: folder)
      #expect(run.code == 0, "\(words): \(run.errors)")
    }
  }

  private static let claimed = JournalEntry.Fact.claimed(worker: worker, stage: .novelty, visit: 1, attempt: 1)

  @Test func `a paper that needs more than its campaign has left`() async throws {
    try await withTemporaryFolder { folder in
      var failure = Failure(kind: "", "")
      try await MadeUpInstallation.reopen(folder) { deployment, _ in
        try await Self.openCampaign(deployment)
        try await Self.append(Self.paper, [.opened(Self.opening(1000)), Self.claimed], deployment)
        failure = try await Self.giveUp(Self.paper, in: .novelty, needing: 5000, deployment)
      }
      #expect(failure.description.contains("needs at least $0.000005:"))
      let plain = try await CommandRun.of(["budget", "one.1", "--to", "0.000005"], data: folder)
      #expect(plain.code == 1 && plain.errors.contains("--raise-campaign"))
      try await Self.run(Self.commands(failure), folder)
      try await MadeUpInstallation.reopen(folder) { deployment, _ in
        let state = try await deployment.state(of: Self.paper)
        #expect(state.end == nil && state.remaining == Self.money(5000))
        let cap = try await deployment.state(of: Self.campaign).cap
        #expect(cap == Self.money(5000))
      }
    }
  }

  @Test func `a paper that waits for a raise is not dead, and goes on at the first command`() async throws {
    try await withTemporaryFolder { folder in
      var failure = Failure(kind: "", "")
      try await MadeUpInstallation.reopen(folder) { deployment, _ in
        try await Self.openCampaign(deployment)
        try await Self.append(
          Self.paper, [.opened(Self.opening(1000, snoozes: true)), Self.claimed], deployment)
        let state = try await deployment.state(of: Self.paper)
        failure = Failure.exhausted(NoRoom(wanted: Self.money(1001), state: state), usual: nil)
        try await Self.append(Self.paper, [.released(stage: .novelty, reason: failure.description)], deployment)
      }
      #expect(Self.commands(failure) == [["budget", "one.1", "--to", "0.000001001", "--raise-campaign"]])
      try await Self.run(Self.commands(failure), folder)
      try await MadeUpInstallation.reopen(folder) { deployment, _ in
        let remaining = try await deployment.state(of: Self.paper).remaining
        #expect(remaining == Self.money(1001))
        let waiting = try await deployment.log.browse(.work(.novelty), limit: 10).map(\.message.key)
        #expect(waiting == ["paper/one.1"])
      }
    }
  }

  @Test func `a campaign`() async throws {
    try await withTemporaryFolder { folder in
      var failure = Failure(kind: "", "")
      try await MadeUpInstallation.reopen(folder) { deployment, _ in
        try await Self.append(
          Self.campaign,
          [.opened(Self.opening(1000)), .claimed(worker: Self.worker, stage: .ideate, visit: 1, attempt: 1)],
          deployment)
        failure = try await Self.giveUp(Self.campaign, in: .ideate, needing: 5000, deployment)
      }
      try await Self.run(Self.commands(failure), folder)
      try await MadeUpInstallation.reopen(folder) { deployment, _ in
        let state = try await deployment.state(of: Self.campaign)
        #expect(state.end == nil && state.remaining == Self.money(5000))
      }
    }
  }

  @Test func `a run, which has no budget of its own`() async throws {
    try await withTemporaryFolder { folder in
      var failure = Failure(kind: "", "")
      try await MadeUpInstallation.reopen(folder) { deployment, _ in
        try await Self.openCampaign(deployment)
        let run = Self.paper.run(visit: 1, ordinal: 0)
        let opening = Self.opening(500, parent: .init(stream: Self.paper, stage: .design))
        try await Self.append(
          Self.paper,
          [
            .opened(Self.opening(1000)), Self.claimed,
            .stageFinished(stage: .novelty, visit: 1, result: Self.blob, next: []),
            .claimed(worker: Self.worker, stage: .design, visit: 1, attempt: 1),
            .asked(stage: .design, visit: 1, runs: [RunAsk(run: run, opening: opening)]),
            .waiting(stage: .design, visit: 1),
          ], deployment)
        try await Self.append(
          run, [.opened(opening), .claimed(worker: Self.worker, stage: .run, visit: 1, attempt: 1)], deployment)
        failure = try await Self.giveUp(run, in: .run, needing: 501, deployment)
      }
      #expect(!failure.description.contains("shoal budget"))
      #expect(Self.commands(failure) == [["replay", "one.1", "--from", "design"]])
      try await Self.run(Self.commands(failure), folder)
      try await MadeUpInstallation.reopen(folder) { deployment, _ in
        // The stage asks anew, with a new allowance.
        let asked = try await deployment.state(of: Self.paper).asked
        #expect(asked.isEmpty)
      }
    }
  }

  @Test func `a campaign whose baseline had no budget of its own`() async throws {
    try await withTemporaryFolder { folder in
      var failure = Failure(kind: "", "")
      try await MadeUpInstallation.reopen(folder) { deployment, _ in
        let run = Self.campaign.run(visit: 1, ordinal: 0)
        let opening = Self.opening(500, parent: .init(stream: Self.campaign, stage: .ideate))
        try await Self.append(run, [.opened(opening)], deployment)
        let state = try await deployment.state(of: run)
        failure = Failure.exhausted(NoRoom(wanted: Self.money(501), state: state), usual: nil)
        try await Self.append(
          Self.campaign,
          [.opened(Self.opening(1000)), .claimed(worker: Self.worker, stage: .ideate, visit: 1, attempt: 1)],
          deployment)
        _ = try await Self.giveUp(Self.campaign, in: .ideate, needing: 5000, deployment)
      }
      #expect(Self.commands(failure) == [["dead", "replay", "one"]])
      try await Self.run(Self.commands(failure), folder)
    }
  }

  @Test func `a budget that can't carry its papers is said at submit, with one that can`() async throws {
    try await withTemporaryFolder { folder in
      let words = ["submit", "--template", "grokking", "--ideas", "5000"]
      let poor = try await CommandRun.of(words + ["--name", "poor"], data: folder)
      #expect(poor.code == 0 && poor.errors.contains("a budget of $15.00 is too small for 5000 papers"))
      let advice = Self.commands(Failure(kind: "", poor.errors))
      #expect(advice.map { $0.prefix(3) } == [["budget", "poor", "--to"]])
      try await Self.run(advice, folder)
      let rich = try await CommandRun.of(words + ["--name", "rich", "--budget", advice[0][3]], data: folder)
      #expect(rich.code == 0 && rich.errors.isEmpty, "\(rich.errors)")
    }
  }

  @Test func `the advice for a paper and a campaign is what submit says that they need`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.with(folder) { made in
        let paper = MadeUpInstallation.campaign.paper(2)
        let definition = try #require(try await made.deployment.definition(of: MadeUpInstallation.campaign))
        for (stream, papers) in [(paper, 1), (MadeUpInstallation.campaign, 2)] {
          let state = try await made.deployment.state(of: stream)
          let runs = BuiltInScientists.usualRuns(of: Array(repeating: nil, count: papers), by: definition.scientist)
          let usual = try await BuiltInScientists.usualBudget(
            of: stream, try #require(state.opening), made.deployment.blobs)
          #expect(usual == definition.budget(carrying: runs, papers: papers))
          guard stream == paper else { continue }
          let failure = Failure.exhausted(NoRoom(wanted: Self.money(1), state: state), usual: usual)
          // What a lost attempt holds is not there for the rest.
          let whole = try #require(usual) + state.books.uncertain
          #expect(failure.description.contains("needs about \(whole): `shoal budget \(stream.name) --to "))
        }
      }
    }
  }

  @Test func `a replay over the campaign's budget names a command that makes room, and then continues`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let words = ["dead", "replay", "made.2", "--set", "budget=5", "--set", "from=novelty"]
      let refused = try await CommandRun.of(words, data: folder)
      let advice = Self.commands(Failure(kind: "", refused.errors))
      #expect(refused.code == 1 && advice == [["budget", "made.2", "--to", "5.00", "--raise-campaign"]])
      try await Self.run(advice + [words], folder)
    }
  }
}
