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

  private static func widest(_ lines: [String]) -> Int { lines.map(\.count).max() ?? 0 }

  /// What a command shows on a terminal of so many columns.
  private static func shown(_ words: [String], columns: UInt16) async throws -> [String] {
    var (main, side): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    try #require(openpty(&main, &side, nil, nil, &size) == 0)
    defer {
      close(main)
      close(side)
    }
    _ = await Shoal.run(words, Terminal(output: side, errors: side))
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(main, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\r\n").map(String.init)
  }

  @Test func `nothing is wider than the terminal but a path, and what matters stays`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      for columns in [80, 60] {
        let status = try await Self.shown(["status", "--data", folder], columns: UInt16(columns))
        #expect(Self.widest(status) <= columns, "\(status)")
        let head = status.first { $0.hasPrefix("PAPER") } ?? ""
        for title in ["TITLE", "STATE", "SCORE", "COST"] { #expect(head.contains(title), "\(head)") }
        let top = try await Self.shown(["top", "--once", "--all", "--data", folder], columns: UInt16(columns))
        #expect(top.count > 2 && Self.widest(top) <= columns, "\(top)")
        let titles = top.first { $0.contains("CAMPAIGN") } ?? ""
        #expect(titles.contains("OPEN") && titles.contains("COST") && !titles.contains("NOVELTY"), "\(top)")
      }
      let wide = try await Self.shown(["top", "--once", "--all", "--data", folder], columns: 160)
      let titles = wide.first { $0.contains("CAMPAIGN") } ?? ""
      #expect(titles.contains("NOVELTY") && titles.contains("REVISE") && !titles.contains("OPEN"), "\(wide)")
    }
  }

  @Test func `where the PDFs' column has no room their folder is named, in full`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      _ = try await CommandRun.of(["open", "made.1"], data: folder)
      let status = try await Self.shown(["status", "--data", folder], columns: 80)
      #expect(status.contains("PDFs: \(folder)/papers"), "\(status)")
      let wide = try await Self.shown(["status", "--data", folder], columns: 400)
      let line = wide.first { $0.hasPrefix("made.1") } ?? ""
      #expect(line.hasSuffix("\(folder)/papers/made.1.pdf"), "\(wide)")
    }
  }

  @Test func `a title keeps 24 characters while columns of less use can be left out`() {
    var table = TextTable([
      .init(title: "PAPER"), .init(title: "TITLE", mayShrink: true), .init(title: "STATE"),
      .init(title: "COST", isMoney: true), .init(title: "PDF", mayBeLeftOut: true),
    ])
    table.add([
      "tour.1", String(repeating: "t", count: 60), "running in design", "$0.000407112", "/x/papers/tour.1.pdf",
    ])
    #expect(table.leavesOut("PDF", width: 80) && !table.leavesOut("PDF", width: 200))
    #expect(table.text(width: 80).contains(String(repeating: "t", count: 24)))
    for width in 1...120 {
      #expect(Self.widest(table.text(width: width).split(separator: "\n").map(String.init)) <= width)
    }
  }

  @Test func `the log says in plain words how a run ended`() {
    let run = StreamID(.run, "two.1.v1r0")!
    let end = JournalEntry.Fact.folded(run: run, end: .finished(Self.blob), booked: Money(nanodollars: 400))
    #expect(end.words == "two.1.v1r0 has ended with a result; $0.0000004 is booked for it")
    let back = JournalEntry.Fact.released(stage: .design, reason: "the worker drains")
    #expect(back.words == "design: given back for later: the worker drains")
  }

  @Test func `sentences are broken between words`() {
    var lines = Lines()
    lines.wrapped("one two three /a/path/that/is/longer four", width: 10)
    #expect(lines.lines == ["one two", "three", "/a/path/that/is/longer", "four"])
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
    // A terminal hands out what was written in parts.
    let (expected, end) = ("\u{1b}[?1049h\u{1b}[H\u{1b}[?1049l", "END")
    #expect(write(side, end, end.utf8.count) == end.utf8.count)
    var text: [UInt8] = []
    while !text.suffix(end.utf8.count).elementsEqual(end.utf8) {
      var part = [UInt8](repeating: 0, count: 100)
      let count = read(main, &part, part.count)
      try #require(count > 0)
      text += part.prefix(count)
    }
    #expect(String(decoding: text, as: UTF8.self) == expected + end)
  }
}
