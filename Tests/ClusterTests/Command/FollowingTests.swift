import ChildProcesses
import FolderJournal
import Foundation
import Journal
import Kafka
import KafkaMessageLog
import MessageLog
import PaperModel
import ServiceTestSupport
import Testing

@testable import shoal

/// Commands that keep running follow a cluster's events, and read the journals if there are no events.
@Suite(.serialized) struct FollowingTests {
  /// A store with a campaign, without a worker.
  private static func withStore(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-follow-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await ClusterStore.make(.folder("\(folder)/store"), S3Settings())
    let journal = try await FolderJournal(folder: "\(folder)/store")
    let opening = Opening(
      campaign: "told", title: "Told", cap: Money(nanodollars: 1_000_000_000),
      definition: BlobReference(digest: String(repeating: "a", count: 64), size: 1)!)
    #expect(try await journal.append(.opened(opening), to: campaign, at: 0))
    try await body(folder)
  }

  private static let campaign = StreamID(.campaign, "told")!

  /// The event of an entry that is in no journal: a command that shows it has read the topic.
  private static func event(_ number: Int64, dollars: Int64, of stream: StreamID = campaign) -> StreamEvent {
    let fact = JournalEntry.Fact.capChanged(Money(nanodollars: dollars * 1_000_000_000))
    return StreamEvent(
      JournalEntry(number: number, atMicroseconds: MachineClock().nowMicroseconds, fact: fact), of: stream)
  }

  @Test(
    .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)), .timeLimit(.minutes(2)))
  func `logs and top follow the events topic, and read entries that it lacks`() async throws {
    try await Self.withStore { folder in
      let kafka = try await SharedBroker.cluster()
      let prefix = SharedBroker.prefix()
      let machine = try Machine("\(folder)/desk", brokers: kafka.brokers, store: "\(folder)/store", prefix: prefix)
      let log = try KafkaMessageLog(KafkaConfiguration(brokers: kafka.brokers), KafkaLogSettings(prefix: prefix))
      let sink = LogEventSink(log)
      let result: Result<Void, any Error>
      do {
        try await machine.expect(0, ["topics", "create"])
        try await Self.checkLogs(machine, sink)
        try await Self.checkTop(machine, sink)
        result = .success(())
      } catch { result = .failure(error) }
      await log.close()
      try result.get()
    }
  }

  private static func checkLogs(_ machine: Machine, _ sink: LogEventSink) async throws {
    try await WatchedCommand.run(["logs", "told", "--follow"], on: machine) { logs in
      try await logs.said { $0.contains("opened: Told") }
      let paper = campaign.paper(1)
      let other = StreamID(.campaign, "other")!
      sink.emit([event(0, dollars: 9, of: other), event(0, dollars: 2, of: paper), event(0, dollars: 2, of: paper)])
      try await sink.flush(nil)
      try await logs.said { $0.contains("paper/told.1  may cost $2.00") }
      // An entry without its event: the journal has it.
      let journal = try await FolderJournal(folder: machine.store)
      let fact = JournalEntry.Fact.capChanged(Money(nanodollars: 3_000_000_000))
      #expect(try await journal.append(fact, to: campaign, at: 1))
      sink.emit([StreamEvent(stream: campaign, number: 1)])
      try await sink.flush(nil)
      try await logs.said { $0.contains("campaign/told  may cost $3.00") }
      #expect(logs.text.split(separator: "\n").count == 3, "\(logs.text)")
    }
  }

  private static func checkTop(_ machine: Machine, _ sink: LogEventSink) async throws {
    try await WatchedCommand.run(["top", "--json", "--every", "200ms"], on: machine) { top in
      try await top.said { $0.contains("\"capNanodollars\":3000000000") }
      sink.emit([event(2, dollars: 7)])
      try await sink.flush(nil)
      try await top.said { $0.contains("\"capNanodollars\":7000000000") }
    }
  }

  @Test(.timeLimit(.minutes(1))) func `without brokers logs reports it once, and follows the journals`() async throws {
    try await Self.withStore { folder in
      let machine = try Machine("\(folder)/desk", brokers: ["127.0.0.1:1"], store: "\(folder)/store")
      try await WatchedCommand.run(["logs", "--follow"], on: machine) { logs in
        try await logs.said { $0.contains("opened: Told") }
        let journal = try await FolderJournal(folder: machine.store)
        let fact = JournalEntry.Fact.capChanged(Money(nanodollars: 3_000_000_000))
        #expect(try await journal.append(fact, to: Self.campaign, at: 1))
        try await logs.said { $0.contains("may cost $3.00") }
        #expect(logs.text.ranges(of: "can't be followed").count == 1, "\(logs.text)")
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func `brokers that do not answer are reported after five seconds`() async throws {
    try await Self.withStore { folder in
      let machine = try Machine("\(folder)/desk", brokers: ["127.0.0.1:1"], store: "\(folder)/store")
      for words in [["pause", "told"], ["topics", "describe"], ["recover"]] {
        let begun = ContinuousClock.now
        let report = try await machine.run(words, limit: .seconds(30))
        let took = ContinuousClock.now - begun
        #expect(report.end == .exited(1) && report.errors.text.contains("check the addresses"), "\(report.errors.text)")
        // A worker waits for fifteen seconds.
        #expect(took > .seconds(4) && took < .seconds(12), "\(words): \(took)")
      }
    }
  }
}
