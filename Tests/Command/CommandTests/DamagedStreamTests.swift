import EmbeddedStore
import Journal
import Operations
import PaperModel
import Projections
import SQLite
import ServiceTestSupport
import Testing

@testable import shoal

/// What people see of a journal that is damaged, and of everything beside it.
@Suite struct DamagedStreamTests {
  private static let step = StepID(
    stage: .novelty, visit: 1, name: "s", ordinal: 0, requestDigest: String(repeating: "0", count: 64))
  private static let bad = MadeUpInstallation.campaign.paper(2)

  /// Breaks an entry of the campaign's journal: 0, or the one that names its papers.
  @Test(arguments: [0, 4])
  func `a campaign whose journal can't be read hides no paper, whatever the feed`(_ number: Int64) async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let whole = try await CommandRun.of(["costs", "--json"], data: folder).json(CostsCommand.Document.self)
      let campaign = MadeUpInstallation.campaign
      let store = try await EmbeddedStore(folder: folder)
      let entries = try await store.journal.entries(of: campaign, from: 0)
      await store.close()
      try #require(entries.count > number)
      let connection = try Connection(path: "\(folder)/shoal.sqlite")
      try connection.execute(
        "UPDATE journal SET bytes = X'ff00' WHERE stream = '\(campaign)' AND number = \(number)")
      try await MadeUpInstallation.reopen(folder) { deployment, _ in
        for root in [nil, campaign] {
          let board = Board(journal: deployment.journal, blobs: deployment.blobs, clock: MachineClock()) { _ in
            EventFeed(deployment.journal, clock: MachineClock(), of: root)
          }
          let line = try #require(try await board.campaigns().first)
          #expect(line.papers.map(\.standing) == [.done, .dead])
          #expect(line.papers.map(\.title) == ["Alpha Matters", "On beta"])
          #expect(line.end == .damaged && line.reason?.contains("Entry \(number) of \(campaign)") == true)
        }
      }
      let costs = try await CommandRun.of(["costs", "--json"], data: folder).json(CostsCommand.Document.self)
      #expect(costs.damaged?.count == 1)
      #expect(costs.steps.map(\.stream) == whole.steps.map(\.stream).filter { $0 != "\(campaign)" })
      let status = try await CommandRun.of(["status"], data: folder).output
      #expect(status.contains("made: damaged: Entry \(number) of \(campaign)"), "\(status)")
      #expect(status.contains("made.1") && status.contains("made.2"))
    }
  }

  /// Appends an entry to the second paper's journal that ends a step which was never reserved, or that can't be read.
  /// - Returns: its number.
  private func damage(_ folder: String, isUnreadable: Bool) async throws -> Int64 {
    let store = try await EmbeddedStore(folder: folder)
    let end = Int64(try await store.journal.entries(of: Self.bad, from: 0).count)
    let fact = JournalEntry.Fact.stepAbandoned(Self.step, attempt: 77)
    #expect(try await store.journal.append(fact, to: Self.bad, at: end))
    await store.close()
    if isUnreadable {
      let connection = try Connection(path: "\(folder)/shoal.sqlite")
      try connection.execute(
        "UPDATE journal SET bytes = X'ff00' WHERE stream = '\(Self.bad)' AND number = \(end)")
    }
    return end
  }

  @Test(arguments: [false, true])
  func `every look shows the damaged paper by its entry, and all that is sound`(_ isUnreadable: Bool) async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let whole = try await CommandRun.of(["status", "--json"], data: folder).json(StatusDocument.self)
      let number = try await damage(folder, isUnreadable: isUnreadable)
      for _ in 0..<2 {
        let status = try await CommandRun.of(["status", "--json"], data: folder)
        #expect(status.code == 0, "\(status.errors)")
        let papers = try status.json(StatusDocument.self).papers
        #expect(papers.map(\.state) == ["done", "damaged"])
        #expect(papers.first?.costNanodollars == whole.papers.first?.costNanodollars)
        #expect(papers.last?.reason?.contains("Entry \(number) of \(Self.bad)") == true)
      }
      let text = try await CommandRun.of(["status"], data: folder).output
      #expect(text.contains("made.2 is damaged: Entry \(number)"), "\(text)")
      let costs = try await CommandRun.of(["costs", "--json"], data: folder)
      #expect(costs.code == 0 && costs.errors.contains("Entry \(number) of \(Self.bad)"), "\(costs.errors)")
      #expect(try costs.json(CostsCommand.Document.self).damaged?.count == 1)
      #expect(try await CommandRun.of(["top", "--once", "--all"], data: folder).code == 0)
      #expect(try await CommandRun.of(["logs"], data: folder).code == 0)
      let recover = try await CommandRun.of(["recover", "--json"], data: folder)
      #expect(recover.code == 1 && recover.errors.contains("Entry \(number) of \(Self.bad)"), "\(recover.errors)")
      #expect(try recover.json(RecoverCommand.Document.self).damaged?.count == 1)
      // Who asks for this very paper is told what is wrong.
      let show = try await CommandRun.of(["show", "made.2"], data: folder)
      #expect(show.code == 1 && show.errors.contains("Entry \(number)"), "\(show.errors)")
    }
  }
}
