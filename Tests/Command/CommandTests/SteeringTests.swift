import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import ServiceTestSupport
import Testing
import WireFormat

@testable import shoal

@Suite struct SteeringTests {
  @Test func `a paused campaign is seen to be paused until it is resumed`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      #expect(try await CommandRun.of(["pause", "made"], data: folder).code == 0)
      try await reopened(folder) { deployment in
        let isPaused = try await deployment.isPaused(campaign: MadeUpInstallation.campaign)
        #expect(isPaused)
      }
      #expect(try await CommandRun.of(["resume", "made"], data: folder).output == "made is resumed.\n")
      #expect(try await CommandRun.of(["resume", "made"], data: folder).output == "made was not paused.\n")
      try await reopened(folder) { deployment in
        let isPaused = try await deployment.isPaused(campaign: MadeUpInstallation.campaign)
        #expect(!isPaused)
      }
    }
  }

  @Test func `a raise with --share goes to unfinished papers, within the budget`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let run = try await CommandRun.of(["budget", "made", "--to", "2", "--share", "--json"], data: folder)
      let caps = try run.json(BudgetCommand.Document.self).caps
      #expect(caps.map(\.name) == ["made", "made.2"])
      #expect(caps.map(\.capNanodollars) == [2_000_000_000, 2_000_000_000 - 300_000_000 - 700])
      #expect(run.errors.contains("shoal dead replay made.2"))
      let again = try await CommandRun.of(["budget", "made.2", "--to", "1.8"], data: folder)
      #expect(again.code == 1)
    }
  }

  @Test func `a replayed dead letter is removed and its paper continues`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let list = try await CommandRun.of(["dead", "list", "--kind", "budgetExhausted", "--json"], data: folder)
      let letters = try list.json([DeadLetterDocument].self)
      #expect(letters.map(\.stream) == ["paper/made.2"])
      let name = try #require(letters.first?.name)
      #expect(try await CommandRun.of(["dead", "replay", name], data: folder).code == 0)
      try await reopened(folder) { deployment in
        let paper = MadeUpInstallation.campaign.paper(2)
        let letters = try await deployment.deadLetters()
        let state = try await deployment.state(of: paper)
        let waiting = try await deployment.log.browse(.work(.design), limit: 10)
        #expect(letters.isEmpty)
        #expect(state.end == nil)
        #expect(waiting.map(\.message.key) == ["paper/made.2"])
      }
    }
  }

  @Test func `a dead letter's body is printed byte for byte`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let letters = try await CommandRun.of(["dead", "show", "made.2", "--json"], data: folder)
        .json([DeadLetterDocument].self)
      let raw = try await CommandRun.of(["dead", "show", "made.2", "--raw"], data: folder)
      let text = try await CommandRun.of(["dead", "show", "made.2"], data: folder).output
      #expect(text.contains("budgetExhausted") && !text.contains("bytes:"))
      // Text would have been cut at the digest's bytes; the message is the one that was published.
      #expect(raw.code == 0 && !raw.output.isEmpty)
      try await reopened(folder) { deployment in
        let body = try #require(try await deployment.deadLetters().first).stored.message.body
        #expect(letters.first?.bodyHex.count == body.count * 2)
        #expect(raw.output == String(decoding: body, as: UTF8.self))
        #expect(try WireFormat.decodeWorkItem(body).stage == .design)
      }
    }
  }

  @Test func `an old dead letter of a finished paper starts no work`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.with(folder) { made in
        let paper = MadeUpInstallation.campaign.paper(1)
        let opening = try #require(try await made.deployment.state(of: paper).opening)
        var message = Message(WorkItem(stream: paper, stage: .design, opening: opening))
        message.topic = message.topic.deadLetters
        try await made.deployment.log.publish([message])
        let letter = try #require(try await made.deployment.deadLetters().first { $0.stream == paper })
        #expect(try await made.deployment.replay(letter, reason: "test") == false)
        #expect(try await made.deployment.state(of: paper).end == .done)
        #expect(try await made.deployment.deadLetters().allSatisfy { $0.stream != paper })
      }
    }
  }

  @Test func `replay from a stage drops the paper's dead letter`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      #expect(try await CommandRun.of(["replay", "made.2", "--from", "design"], data: folder).code == 0)
      #expect(try await CommandRun.of(["dead", "list"], data: folder).output == "There are no dead letters.\n")
    }
  }

  @Test(arguments: [false, true])
  func `cancel ends unfinished streams and dead ones, and reports if there are none`(_ isDead: Bool) async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      if !isDead { _ = try await CommandRun.of(["replay", "made.2", "--from", "design"], data: folder) }
      let run = try await CommandRun.of(["cancel", "made", "--json"], data: folder)
      #expect(try run.json(CancelCommand.Document.self).cancelled == ["paper/made.2"])
      #expect(try await CommandRun.of(["dead", "list"], data: folder).output == "There are no dead letters.\n")
      let papers = try await CommandRun.of(["status", "--json"], data: folder).json(StatusDocument.self).papers
      #expect(papers.map(\.state) == ["done", "cancelled"])
      let none = try await CommandRun.of(["cancel", "made"], data: folder)
      #expect(none.code == 0 && none.output.contains("nothing was changed"))
      #expect(try await CommandRun.of(["replay", "made.2", "--from", "design"], data: folder).code == 0)
    }
  }

  @Test func `a dead campaign leaves the status when it is cancelled`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.with(folder) { made in
        let opening = try #require(try await made.deployment.state(of: MadeUpInstallation.campaign).opening)
        let stream = try #require(StreamID(.campaign, "broken"))
        let own = Opening(campaign: stream.name, title: "", cap: .zero, definition: opening.definition)
        let failure = Failure(kind: "baselineFailed", "No data.")
        for (number, fact) in [
          .opened(own), .claimed(worker: WorkerID("one"), stage: .ideate, visit: 1, attempt: 1),
          .deadLettered(stage: .ideate, failure: failure),
        ].enumerated() as EnumeratedSequence<[JournalEntry.Fact]> {
          #expect(try await made.deployment.journal.append(fact, to: stream, at: Int64(number)))
        }
        var message = Message(WorkItem(stream: stream, stage: .ideate, opening: own))
        message.topic = message.topic.deadLetters
        try await made.deployment.log.publish([message])
      }
      let before = try await CommandRun.of(["status"], data: folder).output
      #expect(before.contains("broken: dead: ") && before.contains("`shoal cancel broken`"), "\(before)")
      #expect(try await CommandRun.of(["cancel", "broken"], data: folder).output == "campaign broken is cancelled.\n")
      let after = try await CommandRun.of(["status"], data: folder).output
      #expect(!after.contains("broken") && after.contains("1 campaign without papers is done"), "\(after)")
      let letters = try await CommandRun.of(["dead", "list", "--json"], data: folder).json([DeadLetterDocument].self)
      #expect(letters.map(\.stream) == ["paper/made.2"])
      // Who asks for it sees it.
      #expect(try await CommandRun.of(["status", "broken"], data: folder).output.contains("broken: cancelled"))
    }
  }

  @Test func `recover publishes unfinished streams, and no others`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      #expect(try await CommandRun.of(["recover"], data: folder).output == "Nothing is unfinished.\n")
      _ = try await CommandRun.of(["replay", "made.2", "--from", "design"], data: folder)
      let run = try await CommandRun.of(["recover", "--json"], data: folder)
      #expect(try run.json(RecoverCommand.Document.self).published == 1)
    }
  }

  @Test func `costs of one campaign leave out another with the same prefix`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.with(folder) { made in
        let opening = try #require(try await made.deployment.state(of: MadeUpInstallation.campaign).opening)
        let other = try #require(StreamID(.campaign, "made-2"))
        let own = Opening(campaign: other.name, title: "", cap: .zero, definition: opening.definition)
        let step = StepID(
          stage: .ideate, visit: 1, name: "sandbox.run", ordinal: 0, requestDigest: String(repeating: "c", count: 64))
        for (number, fact) in [
          .opened(own), .claimed(worker: WorkerID("one"), stage: .ideate, visit: 1, attempt: 1),
          .stepStarted(step, attempt: 1, reserved: Money(nanodollars: 5)),
        ].enumerated() as EnumeratedSequence<[JournalEntry.Fact]> {
          _ = try await made.deployment.journal.append(fact, to: other, at: Int64(number))
        }
        let report = try await made.deployment.costs(of: MadeUpInstallation.campaign)
        #expect(report.lines.allSatisfy { $0.campaign == "made" })
        #expect(try await made.deployment.costs().lines.contains { $0.campaign == "made-2" })
      }
    }
  }

  private func reopened(_ folder: String, _ body: (Deployment) async throws -> Void) async throws {
    try await MadeUpInstallation.reopen(folder) { deployment, _ in try await body(deployment) }
  }
}
