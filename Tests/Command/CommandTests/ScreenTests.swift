import EmbeddedStore
import ExperimentTemplates
import FoundationEssentials
import Glibc
import Journal
import PaperModel
import PipelineRules
import ServiceTestSupport
import Testing

@testable import Operations
@testable import Projections
@testable import shoal

/// What people see on their screens.
@Suite struct ScreenTests {
  private static let blob = BlobReference(digest: String(repeating: "a", count: 64), size: 1)!

  private static func opening(_ campaign: String) -> Opening {
    Opening(campaign: campaign, title: "One", cap: Money(nanodollars: 1000), definition: blob)
  }

  private static func append(
    _ stream: StreamID, _ facts: [JournalEntry.Fact], _ deployment: Deployment
  ) async throws {
    for (number, fact) in facts.enumerated() {
      let isNew = try await deployment.journal.append(fact, to: stream, at: Int64(number))
      #expect(isNew)
    }
  }

  /// A campaign that is done and opened no paper.
  private static func finished(_ name: String, _ deployment: Deployment) async throws {
    try await append(
      StreamID(.campaign, name)!,
      [
        .opened(opening(name)), .claimed(worker: WorkerID("w"), stage: .ideate, visit: 1, attempt: 1),
        .stageFinished(stage: .ideate, visit: 1, result: blob, next: []),
      ], deployment)
  }

  @Test func `baselines that are done take one line of the status, however many they are`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.with(folder) { made in
        for name in ["baseline-a", "baseline-b", "baseline-c"] { try await Self.finished(name, made.deployment) }
      }
      let status = try await CommandRun.of(["status"], data: folder)
      #expect(!status.output.contains("baseline-"))
      #expect(status.output.contains("3 campaigns without papers are done"))
      let one = try await CommandRun.of(["status", "baseline-a"], data: folder)
      #expect(one.output.contains("baseline-a: done, without papers"))
      let document = try await CommandRun.of(["status", "--json"], data: folder).json(StatusDocument.self)
      #expect(document.campaigns.count == 4)
    }
  }

  @Test func `top shows campaigns that are over only where all are wanted`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let some = try await CommandRun.of(["top", "--once"], data: folder)
      #expect(some.output.contains("No campaign is going on.") && !some.output.contains("made"))
      let all = try await CommandRun.of(["top", "--once", "--all"], data: folder)
      #expect(all.output.contains("made"))
    }
  }

  @Test func `a metric has the unit that the template names`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.with(folder) { made in
        let paper = StreamID(.paper, "two.1")!
        let source =
          #"{"settings": [], "metrics": [{"name": "loss", "words": "loss", "unit": "nats"}], "mentions": []}"#
        let answer = try await made.deployment.blobs.keep(Array(source.utf8))
        let outcome = ProgramOutcome(
          exitStatus: 0, stopped: nil, output: "", errors: "",
          files: FileTree([.init(path: PythonSettings.answerFile, blob: answer)]), findings: [])
        let step = StepID(
          stage: .novelty, visit: 1, name: PythonSettings.readingStep, ordinal: 0,
          requestDigest: String(repeating: "b", count: 64))
        let kept = try await made.deployment.blobs.keep(json: outcome)
        try await Self.append(
          paper,
          [
            .opened(Self.opening("two")),
            .claimed(worker: WorkerID("w"), stage: .novelty, visit: 1, attempt: 1),
            .stepStarted(step, attempt: 1, reserved: .zero),
            .stepFinished(step, attempt: 1, result: kept, charge: .none),
          ], made.deployment)
        let units = try await made.deployment.units(of: paper)
        #expect(units == ["loss": "nats"])
        let metric = RunDetail.Metric(name: "toy.loss", mean: 2.5, standardError: 0.25, unit: units["loss"])
        #expect(RunText.words(metric) == "toy.loss = 2.5 ± 0.25 nats (standard error)")
      }
    }
  }

  @Test func `the other screen is left as often as it is entered, and only on a terminal`() throws {
    var (main, side): (Int32, Int32) = (-1, -1)
    try #require(openpty(&main, &side, nil, nil, nil) == 0)
    defer {
      close(main)
      close(side)
    }
    let terminal = Terminal(output: side, errors: side)
    terminal.enterOtherScreen()
    terminal.enterOtherScreen()
    terminal.leaveOtherScreen()
    terminal.leaveOtherScreen()
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = read(main, &bytes, bytes.count)
    #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "\u{1b}[?1049h\u{1b}[H\u{1b}[?1049l")
  }
}
