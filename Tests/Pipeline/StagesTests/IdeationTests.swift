import EmbeddedStore
import FolderJournal
import Foundation
import Journal
import PaperModel
import ScienceTestSupport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10)))
struct IdeationTests {
  /// Every kind of index that needs no server, each on a folder of its own.
  private func withIndices(_ body: (any IdeaIndex, any IdeaIndex) async throws -> Void) async throws {
    let memory = InMemoryIdeaIndex()
    try await body(memory, memory)
    let folder = FileManager.default.temporaryDirectory.path + "/ideation-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(FolderIdeaIndex(folder: "\(folder)/store"), FolderIdeaIndex(folder: "\(folder)/store"))
    let (store, other) = (
      try await EmbeddedStore(folder: "\(folder)/data"), try await EmbeddedStore(folder: "\(folder)/data")
    )
    try await body(store.ideas, other.ideas)
    await store.close()
    await other.close()
  }

  @Test func `campaigns at the same moment settle on different studies`() async throws {
    try await withIndices { index, other in
      let world = IdeationWorld(index, studies: 40)
      let settled = try await withThrowingTaskGroup(of: [Idea].self) { group in
        for number in 0..<8 {
          let campaign = try await world.campaign("c\(number)", ideas: 4)
          group.addTask { try await world.ideate(campaign, through: number % 2 == 0 ? index : other) }
        }
        return try await group.reduce(into: [[Idea]]()) { $0.append($1) }
      }
      #expect(settled.allSatisfy { $0.count == 4 })
      let names = settled.joined().map(\.name)
      #expect(Set(names).count == 32, "some study was settled on twice: \(names.sorted())")
    }
  }

  @Test func `if studies run out, campaigns have fewer papers, and each study is used once`() async throws {
    try await withIndices { index, other in
      let world = IdeationWorld(index, studies: 9)
      let settled = try await withThrowingTaskGroup(of: [Idea].self) { group in
        for number in 0..<4 {
          let campaign = try await world.campaign("c\(number)", ideas: 4)
          group.addTask {
            do { return try await world.ideate(campaign, through: number % 2 == 0 ? index : other) } catch let failure
              as Failure where failure.kind == "noIdeas"
            { return [] }
          }
        }
        return try await group.reduce(into: [[Idea]]()) { $0.append($1) }
      }
      #expect(settled.joined().map(\.name).sorted() == (1...9).map { "rate_\($0)" })
    }
  }

  @Test func `a repeated visit finds its own reservations`() async throws {
    let index = InMemoryIdeaIndex()
    let world = IdeationWorld(index, studies: 20)
    let campaign = try await world.campaign("c", ideas: 3)
    // Another campaign holds the second study.
    let rival = IndexedIdea(IdeationWorld.idea(2), on: "counted", campaign: "rival", ordinal: 1)
    _ = try await index.reserve(rival)
    // The worker is lost after each number of reservations, and the visit is repeated.
    for calls in 0..<3 {
      let failing = FailingIndex(index, after: calls)
      await #expect(throws: Failure.self) { try await world.ideate(campaign, through: failing) }
    }
    let first = try await world.ideate(campaign)
    #expect(first.map(\.name) == ["rate_1", "rate_3", "rate_4"])
    #expect(try await world.ideate(campaign) == first)
    let reserved = try await index.ideas(on: "counted", most: 100)
    #expect(reserved.filter { $0.campaign == "c" }.count == 3, "reservations were left behind: \(reserved)")
  }

  @Test func `a paper's idea is new to its own campaign and to no other`() async throws {
    let world = IdeationWorld(InMemoryIdeaIndex(), studies: 20)
    let (first, second) = (try await world.campaign("first", ideas: 2), try await world.campaign("second", ideas: 2))
    let ideas = try await world.ideate(first)
    for (place, idea) in ideas.enumerated() {
      #expect(try await world.judge(idea, ordinal: place + 1, of: first).isNovel)
    }
    let failure = await #expect(throws: Failure.self) {
      try await world.judge(ideas[1], ordinal: 1, of: second)
    }
    #expect(failure?.kind == "notNovel" && failure?.message.contains("first has it") == true)

    // A campaign that an older version opened has reserved nothing: its paper does so itself.
    #expect(try await world.judge(IdeationWorld.idea(9), ordinal: 2, of: second).isNovel)
    #expect(try await world.judge(IdeationWorld.idea(9), ordinal: 2, of: second).isNovel)
    await #expect(throws: Failure.self) { try await world.judge(IdeationWorld.idea(9), ordinal: 1, of: first) }
  }

  @Test func `a long history makes no step's result long`() async throws {
    let index = InMemoryIdeaIndex()
    let world = IdeationWorld(index, studies: 1500)
    for number in 1...1200 {
      _ = try await index.reserve(
        IndexedIdea(IdeationWorld.idea(number), on: "counted", campaign: "old\(number)", ordinal: 1))
    }
    let campaign = try await world.campaign("c", ideas: 2)
    let verdict = try await world.judge(IdeationWorld.idea(1400), ordinal: 1, of: campaign)
    #expect((1...100).contains(verdict.comparedWith.count))
    let ideas = try await world.ideate(campaign)
    #expect(ideas.count == 2 && Set(ideas.map(\.name)).count == 2)
    let largest = await world.surroundings.largestResult
    #expect((1...250_000).contains(largest), "a step's result has \(largest) bytes")
  }

  @Test func `a person's ideas are taken as they are, and no other campaign proposes them`() async throws {
    let world = IdeationWorld(InMemoryIdeaIndex(), studies: 20)
    let own = [IdeationWorld.idea(1), IdeationWorld.idea(3)]
    #expect(try await world.ideate(try await world.campaign("own", ideas: 2, own: own)) == own)
    let others = try await world.ideate(try await world.campaign("other", ideas: 2))
    #expect(others.map(\.name) == ["rate_2", "rate_4"])
  }
}

/// An index that fails after a number of reservations, as if the worker were lost.
final class FailingIndex: IdeaIndex {
  private let index: any IdeaIndex
  private let left: Mutex<Int>

  init(_ index: any IdeaIndex, after calls: Int) {
    self.index = index
    left = Mutex(calls)
  }

  func reserve(_ idea: IndexedIdea, atMicroseconds: Int64?) async throws -> IndexedIdea {
    let mayGo = left.withLock { left in
      left -= 1
      return left >= 0
    }
    guard mayGo else { throw Failure(kind: "test", "The worker is lost.") }
    return try await index.reserve(idea, atMicroseconds: atMicroseconds)
  }

  func ideas(on template: String, subject: String?, from page: String?, limit: Int) async throws -> IdeaPage {
    try await index.ideas(on: template, subject: subject, from: page, limit: limit)
  }

  func isComplete() async throws -> Bool { try await index.isComplete() }
  func markComplete() async throws { try await index.markComplete() }
}
