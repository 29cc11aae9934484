import EmbeddedStore
import FoundationEssentials
import Journal
import Operations
import PaperModel
import Projections
import ServiceTestSupport
import Synchronization
import Testing

@testable import shoal

@Suite struct ShapeTests {
  @Test func `status as JSON has every field of every paper`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let run = try await CommandRun.of(["status", "--json"], data: folder)
      let document = try run.json(StatusDocument.self)
      #expect(run.code == 0)
      #expect(document.papers.map(\.id) == ["made.1", "made.2"])
      #expect(document.papers.map(\.state) == ["done", "dead"])
      #expect(document.papers.map(\.stage) == ["done", "design"])
      #expect(document.papers.map(\.title) == ["Alpha Matters", "On beta"])
      #expect(document.papers.map(\.score) == [6, nil])
      #expect(document.papers.map(\.costNanodollars) == [1300, 50])
      #expect(
        document.papers.map(\.heldNanodollars) == [0, 60] && document.papers.map(\.uncertainNanodollars) == [0, 60])
      #expect(document.campaigns.map(\.id) == ["made"] && document.campaigns.map(\.state) == ["done"])
      #expect(document.campaigns.map(\.papers) == [["done": 1, "dead": 1]])
      #expect(document.totals.costNanodollars == 700 + 1300 + 50 && document.totals.papers == 2)
      #expect(run.output.ranges(of: "\"reason\" :").count == 3)
      // Keys are present even if their value is null.
      #expect(run.output.contains("\"score\" : null") && run.output.contains("\"pdf\" : null"))
    }
  }

  @Test func `costs as JSON add up to the nano-dollar`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let document = try await CommandRun.of(["costs", "--json"], data: folder).json(CostsCommand.Document.self)
      #expect(document.settledNanodollars == 700 + 900 + 400 + 50)
      #expect(document.uncertainNanodollars == 60)
      #expect(document.reservedNanodollars == 0)
      #expect(document.steps.reduce(0) { $0 + $1.costNanodollars } == document.settledNanodollars)
      #expect(document.steps.reduce(0) { $0 + $1.uncertainNanodollars } == document.uncertainNanodollars)
      #expect(document.steps.first { $0.stream == "run/made.1.v1r0" }?.paper == "made.1")
    }
  }

  @Test func `sums by stage, paper and campaign agree with each other and with the overview`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.with(folder) { made in
        let report = try await made.deployment.costs()
        let whole = report.settled + report.reserved + report.uncertain
        for key: (CostReport.Line) -> String in [
          { $0.stage.rawValue }, { $0.paper ?? "" }, { $0.campaign }, { $0.step },
        ] {
          let sums = report.sums(by: key)
          #expect(sums.reduce(Money.zero) { $0 + $1.amounts.settled + $1.amounts.held } == whole)
        }
        let board = Board(journal: made.deployment.journal, blobs: made.deployment.blobs, clock: MachineClock()) { _ in
          EventFeed(made.deployment.journal, clock: MachineClock())
        }
        let line = try #require(try await board.campaign(MadeUpInstallation.campaign))
        #expect(line.amounts.settled + line.amounts.held == whole)
        for paper in line.papers {
          let own = try await made.deployment.costs(of: paper.stream)
          #expect(own.settled + own.reserved + own.uncertain == paper.amounts.settled + paper.amounts.held)
        }
        let all = try await made.deployment.costs(of: MadeUpInstallation.campaign)
        #expect(all.lines == report.lines)
      }
    }
  }

  @Test func `status is the same from saved rows and from the journals`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let first = try await CommandRun.of(["status", "--json"], data: folder)
      #expect(try await CommandRun.of(["status", "--json"], data: folder).output == first.output)
      _ = try await CommandRun.of(["replay", "made.2", "--from", "design"], data: folder)
      let then = try await CommandRun.of(["status", "--json"], data: folder).json(StatusDocument.self)
      #expect(then.papers.map(\.state) == ["done", "queued"])
      try await MadeUpInstallation.reopen(folder) { deployment, store in
        let journal = deployment.journal
        let kept = Board(
          journal: journal, blobs: deployment.blobs, store: EmbeddedBoardStore(store), clock: MachineClock()
        ) { PositionFeed(store, after: $0) }
        let read = Board(journal: journal, blobs: deployment.blobs, clock: MachineClock()) { _ in
          EventFeed(journal, clock: MachineClock())
        }
        let lines = try await read.campaigns()
        #expect(try await kept.campaigns() == lines)
        #expect(lines.map(\.papers.count) == [2])
      }
    }
  }

  /// Counts the rows that are read.
  private final class CountedRows: BoardStore {
    let inner: EmbeddedBoardStore
    let count = Mutex(0)
    init(_ store: EmbeddedStore) { inner = EmbeddedBoardStore(store) }
    func position() async throws -> Int64 { try await inner.position() }
    func rows(_ keys: [String]) async throws -> [String: [UInt8]] {
      let rows = try await inner.rows(keys)
      count.withLock { $0 += rows.count }
      return rows
    }
    func rows(after start: String, before end: String, limit: Int) async throws -> [SavedRow] {
      let rows = try await inner.rows(after: start, before: end, limit: limit)
      count.withLock { $0 += rows.count }
      return rows
    }
    func save(position: Int64, rows: [String: [UInt8]?]) async throws -> Bool {
      try await inner.save(position: position, rows: rows)
    }
    func clear() async throws { try await inner.clear() }
  }

  @Test func `costs by stage and step are kept sums, which read no campaign's row`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.with(folder) { made in
        let (journal, blobs) = (made.deployment.journal, made.deployment.blobs)
        func kept(_ store: any BoardStore) -> Board {
          Board(journal: journal, blobs: blobs, store: store, clock: MachineClock(), leastToSave: 1) {
            PositionFeed(made.store, after: $0)
          }
        }
        try await kept(EmbeddedBoardStore(made.store)).refresh()
        // What follows changes a paper and the campaign itself, whose rows are kept.
        let step = StepID(
          stage: .design, visit: 9, name: "sandbox.edit", ordinal: 0, requestDigest: String(repeating: "d", count: 64))
        try await made.deployment.replay(MadeUpInstallation.campaign.paper(2), from: .design, reason: "test")
        for fact in [
          JournalEntry.Fact.claimed(worker: WorkerID("two"), stage: .design, visit: 9, attempt: 1),
          .stepStarted(step, attempt: 1, reserved: Money(nanodollars: 7)),
        ] {
          let paper = MadeUpInstallation.campaign.paper(2)
          let end = Int64(try await journal.entries(of: paper, from: 0).count)
          #expect(try await journal.append(fact, to: paper, at: end))
        }
        try await kept(EmbeddedBoardStore(made.store)).refresh()
        let report = try await made.deployment.costs()
        let keys: [(CostGroup, @Sendable (CostReport.Line) -> String)] = [
          (.stage, { $0.stage.rawValue }), (.step, { $0.step }), (.campaign, { $0.campaign }),
          (.paper, { $0.paper ?? "\($0.campaign) itself" }),
        ]
        for (group, key) in keys {
          let rows = CountedRows(made.store)
          let sums = try await kept(rows).sums(by: group)
          #expect(Set(sums) == Set(report.sums(by: key)), "\(group)")
          // The row that says how far it was read holds the sums.
          if group == .stage || group == .step { #expect(rows.count.withLock { $0 } == 1) }
        }
      }
    }
  }

  @Test func `show prints a paper's idea, runs, review, troubles and costs`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let done = try await CommandRun.of(["show", "made.1"], data: folder).output
      for part in [
        "Alpha Matters", "What does alpha do?", "toy.loss = 2.5 ± 0.25 (standard error)", "Accept, 6 of 10",
        "Three seeds.",
      ] {
        #expect(done.contains(part), "\(part)")
      }
      let detail = try await CommandRun.of(["show", "made.2", "--json"], data: folder).json(PaperDetail.self)
      #expect(detail.state == "dead")
      #expect(detail.reason == "given up in design: The next step does not fit. Raise it.")
      #expect(detail.troubles.count == 2)
      #expect(detail.costs.map(\.stage) == ["design"])
      let run = try await CommandRun.of(["show", "made.1.v1r0"], data: folder).output
      #expect(run.contains("final_info.json") && run.contains("epoch 2"))
      let campaign = try await CommandRun.of(["show", "made"], data: folder).output
      #expect(campaign.contains("2 ideas on toy") && campaign.contains("made.2 is dead in design"))
    }
  }

  @Test func `logs are in order, in UTC, and only of the requested streams`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let all = try await CommandRun.of(["logs"], data: folder).output.split(separator: "\n")
      #expect(all.map { $0.prefix(24) } == all.map { $0.prefix(24) }.sorted())
      #expect(all.allSatisfy { $0.prefix(24).hasSuffix("Z") })
      let own = try await CommandRun.of(["logs", "made.1", "--output"], data: folder).output
      #expect(own.contains("run/made.1.v1r0") && own.contains("| epoch 2"))
      #expect(!own.contains("paper/made.2") && !own.contains("campaign/made"))
      struct Line: Decodable { let stream: String }
      let lines = try await CommandRun.of(["logs", "--json"], data: folder).output.split(separator: "\n")
      #expect(lines.count == all.count)
      for line in lines { _ = try JSONDecoder().decode(Line.self, from: Data(line.utf8)) }
    }
  }

  @Test func `open writes the PDF and prints its path`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let run = try await CommandRun.of(["open", "made.1"], data: folder)
      #expect(run.output == "\(folder)/papers/made.1.pdf\n")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/papers/made.1.pdf"))
      #expect(bytes == Data("%PDF-1.5 made up".utf8))
    }
  }
}
