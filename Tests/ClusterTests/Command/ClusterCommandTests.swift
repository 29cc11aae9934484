import ChildProcesses
import FolderJournal
import Foundation
import Glibc
import Journal
import Operations
import PaperModel
import PipelineRules
import ServiceTestSupport
import Testing

@testable import shoal

/// The commands as several machines run them, on a real broker and one store.
@Suite(.serialized, .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)))
struct ClusterCommandTests {
  /// The shared broker, one store, and machines without anything in common but these and the prefix of their topics.
  private static func withCluster(_ body: (String, (String) throws -> Machine) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-cluster-\(UUID().uuidString)")
      .path
    try FileManager.default.createDirectory(atPath: "\(folder)/store", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let kafka = try await SharedBroker.cluster()
    let prefix = SharedBroker.prefix()
    try await body("\(folder)/store") { name in
      try Machine("\(folder)/\(name)", brokers: kafka.brokers, store: "\(folder)/store", prefix: prefix)
    }
  }

  private struct Status: Decodable {
    struct Paper: Decodable {
      let id: String
      let campaign: String
      let state: String
    }
    let papers: [Paper]
    func states(of campaign: String) -> [String] { papers.filter { $0.campaign == campaign }.map(\.state) }
  }

  /// Polls until the condition holds; every poll is a process, so this does not spin.
  private func status(
    _ machine: Machine, within limit: Duration = .seconds(240), until isSo: (Status) -> Bool
  ) async throws -> Status {
    let end = ContinuousClock.now + limit
    while true {
      let status = try await machine.json(["status"], as: Status.self)
      if isSo(status) { return status }
      try #require(ContinuousClock.now < end, "it never came to this: \(status)")
    }
  }

  @Test func `two machines work, and a third watches and steers`() async throws {
    try await Self.withCluster { store, machine in
      let desk = try machine("desk")
      try await desk.expect(0, ["topics", "create"])
      #expect(try await desk.expect(0, ["topics", "create"]).contains("exists already"))
      #expect(try await desk.expect(0, ["topics", "describe"]).contains("work.design"))
      try await desk.expect(0, ["submit", "--template", Machine.template, "--ideas", "3", "--name", "batch"])
      try await desk.expect(0, ["submit", "--template", Machine.template, "--ideas", "1", "--name", "held"])
      try await desk.expect(0, ["submit", "--template", Machine.template, "--ideas", "1", "--name", "gone"])
      try await desk.expect(0, ["pause", "held"])
      try await desk.expect(0, ["cancel", "gone"])

      let workers = [
        WorkerProcess(try machine("one"), ["--name", "one", "--parallel", "1"]),
        WorkerProcess(try machine("two"), ["--name", "two", "--parallel", "1"]),
      ]
      let far = try machine("far")
      _ = try await status(far) { $0.states(of: "batch") == ["done", "done", "done"] }
      let held = try await far.expect(0, ["logs", "held"])
      #expect(!held.contains("claimed by"), "a paused campaign was taken up: \(held)")
      try await far.expect(0, ["budget", "held", "--to", "3"])
      try await far.expect(0, ["resume", "held"])
      let last = try await status(far) { $0.states(of: "held") == ["done"] }
      #expect(last.states(of: "gone").isEmpty)

      let top = try await far.json(["top", "--once", "--all"], as: TopDocument.self)
      #expect(Set(top.workers.filter(\.alive).map { $0.name.prefix(3) }) == ["one", "two"])
      #expect(top.campaigns.first { $0.name == "batch" }?.states == ["done": 3])
      #expect(try await far.expect(0, ["dead", "list"]) == "There are no dead letters.\n")
      let costs = try await far.json(["costs"], as: CostsCommand.Document.self)
      #expect(costs.uncertainNanodollars == 0 && costs.reservedNanodollars == 0 && costs.settledNanodollars > 0)
      let pdf = try await far.expect(0, ["open", "batch.1"]).split(separator: "\n").first.map(String.init) ?? ""
      #expect(pdf.hasPrefix(far.local) && FileManager.default.fileExists(atPath: pdf))

      for worker in workers {
        let report = try await worker.end()
        #expect(report.end == .exited(0), "\(report.end) \(report.errors.text)")
        let lines = report.errors.text.split(separator: "\n").filter { $0.hasPrefix("{") }
        #expect(lines.contains { $0.contains("\"stage finished\"") }, "\(report.errors.text)")
      }
      try await check(store)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `campaigns that are made at the same moment settle on different studies`() async throws {
    try await Self.withCluster { store, machine in
      let desk = try machine("desk")
      try await desk.expect(0, ["topics", "create"])
      let names = ["same-a", "same-b", "same-c"]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for name in names {
          group.addTask {
            try await desk.expect(0, ["submit", "--template", Machine.template, "--ideas", "2", "--name", name])
          }
        }
        try await group.waitForAll()
      }
      // Ideas and the baseline alone: what becomes of the papers is not asked.
      let workers = try ["one", "two", "three"].map {
        WorkerProcess(try machine($0), ["--name", $0, "--stages", "ideate,run"])
      }
      _ = try await status(desk, within: .seconds(60)) { $0.papers.count == 6 }
      for worker in workers { #expect(try await worker.end().end == .exited(0)) }
      let (journal, blobs) = (try await FolderJournal(folder: store), try await FolderBlobs(folder: store))
      var studies: [Study] = []
      for name in names {
        for entry in try await journal.entries(of: StreamID(.campaign, name)!, from: 0) {
          guard case .stageFinished(_, _, _, let papers) = entry.fact else { continue }
          for paper in papers {
            let idea = try await blobs.value(PaperDefinition.self, of: paper.opening.definition).idea
            studies.append(try #require(idea.study))
          }
        }
      }
      let keys = Set(studies.map { "\($0.setting): \($0.values.sorted())" })
      #expect(studies.count == 6 && keys.count == 6, "\(keys.sorted())")
    }
  }

  /// Checks the promises about money, and that both machines have worked.
  private func check(_ store: String) async throws {
    let journal = try await FolderJournal(folder: store)
    var shares: [String: Int] = [:]
    for kind in StreamID.Kind.allCases {
      for stream in try await journal.streams(of: kind, after: nil, limit: 1000) {
        let entries = try await journal.entries(of: stream, from: 0)
        #expect(try StreamState(stream, entries).books.lines.allSatisfy { $0.state == .finished }, "\(stream)")
        for entry in entries {
          if case .claimed(let worker, _, _, _) = entry.fact { shares[String(worker.name.prefix(3)), default: 0] += 1 }
        }
      }
    }
    #expect(Set(shares.keys) == ["one", "two"], "\(shares)")
  }

  @Test func `after all topics are lost, recover finishes every paper`() async throws {
    try await Self.withCluster { store, machine in
      let desk = try machine("desk")
      try await desk.expect(0, ["topics", "create"])
      try await desk.expect(0, ["submit", "--template", Machine.template, "--ideas", "2", "--name", "lost"])
      // With another prefix there is no topic, as after all were lost.
      let prefix = SharedBroker.prefix()
      let moved = try Machine(desk.local, brokers: desk.brokers, store: store, prefix: prefix)
      let early = try await moved.run(["recover"])
      #expect(early.end == .exited(1) && early.errors.text.contains("`shoal topics create`"), "\(early.errors.text)")
      #expect(early.errors.text.contains("`shoal recover --create-topics`"), "\(early.errors.text)")
      let recovery = try await moved.json(
        ["recover", "--create-topics", "--partitions", "3"], as: RecoverCommand.Document.self)
      #expect(recovery.published == 1 && recovery.created.contains("\(prefix)work.design"))
      let described = try await moved.expect(0, ["topics", "describe"]).split(separator: "\n")
      #expect(
        described.contains { $0.split(separator: " ").prefix(2) == ["\(prefix)work.design", "3"] }, "\(described)")
      let before = try await moved.json(["top", "--once"], as: TopDocument.self)
      #expect(before.unfinished?["ideate"] == 1 && before.unfinished?.values.reduce(0, +) == 1)
      try await moved.expect(0, ["worker", "--until-idle"], limit: .seconds(240))
      let done = try await moved.json(["status"], as: Status.self)
      #expect(done.states(of: "lost") == ["done", "done"])
      let after = try await moved.json(["top", "--once"], as: TopDocument.self)
      #expect(after.unfinished?.count == 9 && after.unfinished?.values.reduce(0, +) == 0)
      #expect(try await moved.expect(0, ["top", "--once"]).contains("Messages waiting or in hand: nothing"))
    }
  }
}
