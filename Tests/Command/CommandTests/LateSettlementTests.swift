import FolderJournal
import FoundationEssentials
import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import Sandbox
import ServiceTestSupport
import Testing

@testable import shoal

/// Two machines, simulated by two folders, on one store: each settles the attempts that ran on it and no others.
@Suite struct LateSettlementTests {
  private struct Machine {
    let deployment: Deployment
    let roster: WorkerRoster
    let runner: ContainedRunner

    var settlements: LocalSettlements {
      LocalSettlements(known: runner, deployment: deployment, roster: roster)
    }
    var settler: LateSettlementService {
      LateSettlementService(deployment: deployment, roster: roster, settlements: runner, clock: MachineClock())
    }

    init(_ folder: String, store: String) async throws {
      try LocalFolder.make(folder)
      deployment = Deployment(
        Stores(
          log: InMemoryMessageLog(), journal: try await FolderJournal(folder: store),
          blobs: try await FolderBlobs(folder: store)))
      roster = try WorkerRoster(folder: "\(folder)/workers")
      var configuration = Sandbox.Configuration()
      configuration.containment = .none
      runner = try ContainedRunner(
        try Sandbox(configuration), python: PythonEnvironment(path: "/none"),
        executionFolder: "\(folder)/executions")
    }
  }

  private let stream = StreamID(.run, "made.1.v1r0")!
  private let lost = WorkerID("one-1-a")
  private let step = StepID(
    stage: .run, visit: 1, name: "sandbox.run", ordinal: 0, requestDigest: String(repeating: "a", count: 64))
  private var attempt: StepAttempt { StepAttempt(stream: stream, step: step, attempt: 1) }

  @Test func `the sandbox neither settles nor seals an attempt of another provider`() async throws {
    try await withTemporaryFolder { folder in
      let one = try await Machine(folder + "/one", store: folder + "/store")
      let call = StepID(
        stage: .write, visit: 1, name: "model.complete", ordinal: 0, requestDigest: String(repeating: "b", count: 64))
      let attempt = StepAttempt(stream: StreamID(.paper, "made.1")!, step: call, attempt: 1)
      #expect(try await one.runner.finalCharge(of: attempt) == nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/one/executions").isEmpty)
    }
  }

  private func append(_ facts: [JournalEntry.Fact], _ machine: Machine) async throws {
    for fact in facts {
      let end = try await machine.deployment.journal.entries(of: stream, from: 0).count
      #expect(try await machine.deployment.journal.append(fact, to: stream, at: Int64(end)))
    }
  }

  private func begin(_ machine: Machine) async throws {
    let opening = Opening(
      campaign: "made", title: "t", cap: Money(nanodollars: 1000),
      definition: BlobReference(digest: String(repeating: "b", count: 64), size: 1)!)
    try await append(
      [
        .opened(opening), .claimed(worker: lost, stage: .run, visit: 1, attempt: 1),
        .stepStarted(step, attempt: 1, reserved: Money(nanodollars: 500)),
      ], machine)
  }

  private func uncertain(_ machine: Machine) async throws -> Money {
    try await machine.deployment.state(of: stream).books.uncertain
  }

  @Test func `only the machine where an attempt ran settles it, when it is back`() async throws {
    try await withTemporaryFolder { folder in
      let store = folder + "/store"
      let one = try await Machine(folder + "/one", store: store)
      let two = try await Machine(folder + "/two", store: store)
      var life: WorkerRoster.Life? = try one.roster.enlist(lost)
      life?.note(stream)
      try await begin(one)
      // It was launched, and used this much.
      let page = "\(folder)/one/executions/\(String(attempt.description.map { "/ #".contains($0) ? "-" : $0 }))"
      try Data("00000000000000000007 3000000000 \(attempt)\n".utf8).write(to: URL(fileURLWithPath: page))

      #expect(try await two.settlements.finalCharge(of: attempt) == nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/two/executions").isEmpty)
      try await append(
        [
          .stepAbandoned(step, attempt: 1), .claimed(worker: WorkerID("two-2-b"), stage: .run, visit: 1, attempt: 2),
          .cancelled(reason: "test"),
        ], two)
      #expect(try await uncertain(two) == Money(nanodollars: 500))

      // Its process lives as long as it holds its file: the cost is not final yet.
      #expect(life != nil && !one.roster.isLost(lost))
      #expect(try await one.settler.settle() == 0)
      life = nil
      #expect(one.roster.isLost(lost) && !two.roster.isLost(lost))
      #expect(try await two.settler.settle() == 0)
      #expect(try await one.settler.settle() == 1)
      let books = try await one.deployment.state(of: stream).books
      #expect(books.uncertain == .zero && books.settled == Money(nanodollars: 21))
      #expect(!one.roster.knows(lost))
      #expect(try await one.settler.settle() == 0)
    }
  }

  @Test func `an attempt that was reserved and not launched costs nothing, and is sealed`() async throws {
    try await withTemporaryFolder { folder in
      let one = try await Machine(folder + "/one", store: folder + "/store")
      try one.roster.enlist(lost).note(stream)
      try await begin(one)
      try await append([.stepAbandoned(step, attempt: 1)], one)
      #expect(try await one.settler.settle() == 1)
      #expect(try await one.deployment.state(of: stream).books.total == .zero)
      let pages = try FileManager.default.contentsOfDirectory(atPath: folder + "/one/executions")
      #expect(pages.count == 1)
      let page = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/one/executions/\(pages[0])"))
      #expect(String(decoding: page, as: UTF8.self).hasPrefix("sealed"))
    }
  }

  @Test func `a charge is never more than was reserved`() async throws {
    try await withTemporaryFolder { folder in
      let one = try await Machine(folder + "/one", store: folder + "/store")
      try one.roster.enlist(lost).note(stream)
      try await begin(one)
      let page = "\(folder)/one/executions/\(String(attempt.description.map { "/ #".contains($0) ? "-" : $0 }))"
      try Data("00000000000000009999 3000000000 \(attempt)\n".utf8).write(to: URL(fileURLWithPath: page))
      #expect(try await one.settler.settle() == 1)
      #expect(try await one.deployment.state(of: stream).books.settled == Money(nanodollars: 500))
    }
  }
}
