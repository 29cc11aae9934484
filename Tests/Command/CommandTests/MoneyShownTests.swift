import EmbeddedStore
import FolderJournal
import FoundationEssentials
import Journal
import MessageLog
import Operations
import PaperModel
import ServiceTestSupport
import Testing

@testable import Projections
@testable import shoal

/// One paper's money as every command shows it, from before its first step to a settlement long after its end.
@Suite struct MoneyShownTests {
  private static let campaign = StreamID(.campaign, "one")!
  private static let paper = StreamID(.paper, "one.1")!
  private static let run = StreamID(.run, "one.1.v1r0")!
  private static let blob = BlobReference(digest: String(repeating: "a", count: 64), size: 1)!

  /// The amounts that every command has to show at a moment, in nano-dollars.
  private struct Moment {
    let stream: StreamID
    let facts: [JournalEntry.Fact]
    let settled: Int64
    let reserved: Int64
    var uncertain: Int64 = 0
  }

  private static func step(_ stage: Stage, _ name: String) -> StepID {
    StepID(stage: stage, visit: 1, name: name, ordinal: 0, requestDigest: String(repeating: "b", count: 64))
  }

  private static func charge(_ nanodollars: Int64) -> Charge { Charge(money: Money(nanodollars: nanodollars)) }
  private static func money(_ nanodollars: Int64) -> Money { Money(nanodollars: nanodollars) }

  private static func opening(_ cap: Int64, parent: Opening.Parent? = nil) -> Opening {
    Opening(campaign: "one", title: "One", cap: money(cap), parent: parent, definition: blob)
  }

  private static var ask: RunAsk {
    RunAsk(run: run, opening: opening(600, parent: .init(stream: paper, stage: .design)))
  }

  /// Each moment follows the one before. The worker is killed in the middle of the run's first attempt.
  private static var moments: [Moment] {
    let worker = WorkerID("host-1-a")
    let design = step(.design, "sandbox.edit")
    let sandbox = step(.run, "sandbox.run")
    let item = WorkItem(stream: paper, stage: .novelty, opening: opening(5000))
    return [
      Moment(
        stream: campaign,
        facts: [
          .opened(opening(5000)), .claimed(worker: worker, stage: .ideate, visit: 1, attempt: 1),
          .stageFinished(stage: .ideate, visit: 1, result: blob, next: [item]),
        ], settled: 0, reserved: 0),
      Moment(
        stream: paper,
        facts: [
          .opened(item.opening), .claimed(worker: worker, stage: .novelty, visit: 1, attempt: 1),
          .stageFinished(stage: .novelty, visit: 1, result: blob, next: []),
          .claimed(worker: worker, stage: .design, visit: 1, attempt: 1),
          .stepStarted(design, attempt: 1, reserved: money(100)),
        ], settled: 0, reserved: 100),
      Moment(
        stream: paper,
        facts: [.stepFinished(design, attempt: 1, result: blob, charge: charge(30))], settled: 30, reserved: 0),
      Moment(
        stream: paper, facts: [.asked(stage: .design, visit: 1, runs: [ask]), .waiting(stage: .design, visit: 1)],
        settled: 30, reserved: 600),
      Moment(
        stream: run,
        facts: [
          .opened(ask.opening), .claimed(worker: worker, stage: .run, visit: 1, attempt: 1),
          .stepStarted(sandbox, attempt: 1, reserved: money(300)),
        ], settled: 30, reserved: 600),
      Moment(
        stream: run,
        facts: [
          .claimed(worker: WorkerID("host-2-b"), stage: .run, visit: 1, attempt: 2),
          .stepAbandoned(sandbox, attempt: 1),
        ], settled: 30, reserved: 300, uncertain: 300),
      Moment(
        stream: run,
        facts: [
          .stepStarted(sandbox, attempt: 2, reserved: money(300)),
          .stepFinished(sandbox, attempt: 2, result: blob, charge: charge(40)),
        ], settled: 70, reserved: 260, uncertain: 300),
      Moment(
        stream: run, facts: [.stageFinished(stage: .run, visit: 1, result: blob, next: [])], settled: 70, reserved: 0,
        uncertain: 300),
      Moment(
        stream: paper, facts: [.folded(run: run, end: .finished(blob), booked: money(340))], settled: 70, reserved: 0,
        uncertain: 300),
      Moment(
        stream: run, facts: [.settledLate(sandbox, attempt: 1, charge: charge(25))], settled: 95, reserved: 0),
      Moment(
        stream: paper,
        facts: [
          .claimed(worker: worker, stage: .design, visit: 2, attempt: 1),
          .stepStarted(step(.design, "sandbox.more"), attempt: 1, reserved: money(50)),
          .stepFailed(
            step(.design, "sandbox.more"), attempt: 1, failure: Failure(kind: "made", "It fails."), charge: charge(5)),
          .cancelled(reason: "by a test"),
        ], settled: 100, reserved: 0),
    ]
  }

  private struct Costs: Decodable {
    let settledNanodollars: Int64
    let reservedNanodollars: Int64
    let uncertainNanodollars: Int64
    let steps: [Step]
    struct Step: Decodable { let costNanodollars: Int64 }
  }

  private struct Shown: Decodable {
    let costNanodollars: Int64
    let heldNanodollars: Int64
  }

  private struct Top: Decodable {
    let campaigns: [Shown]
  }

  @Test func `every command shows the same money at every moment`() async throws {
    try await withTemporaryFolder { folder in
      for (number, moment) in Self.moments.enumerated() {
        try await Self.append(moment, folder)
        let held = moment.reserved + moment.uncertain
        // Also with saved rows: the second read uses those that the first has saved.
        if number % 3 == 2 { try await Self.save(folder) }
        let status = try await CommandRun.of(["status", "--json"], data: folder).json(StatusDocument.self)
        let line = try #require(status.papers.first, "moment \(number)")
        #expect(line.costNanodollars == moment.settled && line.heldNanodollars == held, "moment \(number)")
        #expect(line.uncertainNanodollars == moment.uncertain, "moment \(number)")
        #expect(status.campaigns.map(\.costNanodollars) == [moment.settled], "moment \(number)")
        #expect(status.campaigns.map(\.heldNanodollars) == [held], "moment \(number)")
        #expect(status.totals.costNanodollars == moment.settled && status.totals.heldNanodollars == held)
        let top = try await CommandRun.of(["top", "--once", "--all", "--json"], data: folder).json(Top.self)
        #expect(top.campaigns.map(\.costNanodollars) == [moment.settled], "moment \(number)")
        #expect(top.campaigns.map(\.heldNanodollars) == [held], "moment \(number)")
        for words in [["costs", "--json"], ["costs", "one", "--json"], ["costs", "one.1", "--json"]] {
          let costs = try await CommandRun.of(words, data: folder).json(Costs.self)
          #expect(costs.settledNanodollars == moment.settled, "moment \(number), \(words)")
          #expect(costs.reservedNanodollars == moment.reserved, "moment \(number), \(words)")
          #expect(costs.uncertainNanodollars == moment.uncertain, "moment \(number), \(words)")
          #expect(costs.steps.reduce(0) { $0 + $1.costNanodollars } == moment.settled)
        }
        for by in ["step", "stage", "paper", "campaign"] {
          let text = try await CommandRun.of(["costs", "--by", by], data: folder).output
          let all = text.split(separator: "\n").last?.split(separator: " ").dropFirst().map(String.init)
          #expect(
            try all?.map { try #require(Money(dollars: String($0.dropFirst()))).nanodollars }
              == [moment.settled, moment.reserved, moment.uncertain], "moment \(number), by \(by)")
        }
      }
    }
  }

  private static func append(_ moment: Moment, _ folder: String) async throws {
    let store = try await EmbeddedStore(folder: folder)
    for fact in moment.facts {
      let end = Int64(try await store.journal.entries(of: moment.stream, from: 0).count)
      #expect(try await store.journal.append(fact, to: moment.stream, at: end))
    }
    await store.close()
  }

  /// Saves the board's rows, as a command does once there are enough new entries.
  private static func save(_ folder: String) async throws {
    let store = try await EmbeddedStore(folder: folder)
    let blobs = try await FolderBlobs(folder: folder)
    let board = Board(
      journal: store.journal, blobs: blobs, store: EmbeddedBoardStore(store), clock: MachineClock(), leastToSave: 1
    ) { PositionFeed(store, after: $0) }
    try await board.refresh()
    #expect(try await EmbeddedBoardStore(store).position() > 0)
    await store.close()
  }
}
