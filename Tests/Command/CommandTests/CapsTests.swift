import EmbeddedStore
import FolderJournal
import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import ServiceTestSupport
import Synchronization
import Testing

/// The caps of a campaign's papers never come to more than its budget, whatever runs at once and is killed.
@Suite struct CapsTests {
  enum Store: CaseIterable {
    case memory, folder, embedded
  }

  private static let campaign = StreamID(.campaign, "one")!
  private static let blob = BlobReference(digest: String(repeating: "a", count: 64), size: 1)!

  private static func paper(_ index: Int) -> StreamID { StreamID(.paper, "one.\(index)")! }
  private static func money(_ nanodollars: Int64) -> Money { Money(nanodollars: nanodollars) }
  private static func opening(_ cap: Int64) -> Opening {
    Opening(campaign: "one", title: "One", cap: money(cap), definition: blob)
  }

  /// A campaign with a budget of 12, and 8 papers with a cap of 1 each, which have begun.
  private static func with(
    _ store: Store, _ body: (any Journal, @escaping @Sendable (any Journal) -> Deployment) async throws -> Void
  ) async throws {
    try await withTemporaryFolder { folder in
      let embedded = try await EmbeddedStore(folder: folder)
      let blobs = try await FolderBlobs(folder: folder)
      let journal: any Journal =
        switch store {
        case .memory: InMemoryJournal()
        case .folder: try await FolderJournal(folder: folder)
        case .embedded: embedded.journal
        }
      let papers = (1...8).map { WorkItem(stream: paper($0), stage: .novelty, opening: opening(1)) }
      try await append(
        campaign,
        [
          .opened(opening(12)), .claimed(worker: WorkerID("host-1-a"), stage: .ideate, visit: 1, attempt: 1),
          .stageFinished(stage: .ideate, visit: 1, result: blob, next: papers),
        ], journal)
      for paper in papers { try await append(paper.stream, [.opened(paper.opening)], journal) }
      let log = embedded.messageLog
      try await body(journal) { Deployment(Stores(log: log, journal: $0, blobs: blobs)) }
      await embedded.close()
    }
  }

  private static func append(_ stream: StreamID, _ facts: [JournalEntry.Fact], _ journal: any Journal) async throws {
    for (number, fact) in facts.enumerated() {
      let isWritten = try await journal.append(fact, to: stream, at: Int64(number))
      try #require(isWritten)
    }
  }

  private static func state(_ stream: StreamID, _ journal: any Journal) async throws -> StreamState {
    try StreamState(stream, try await journal.entries(of: stream, from: 0))
  }

  /// Checks the invariant as it stands.
  private static func check(_ journal: any Journal, _ when: String) async throws {
    let books = try await state(campaign, journal)
    var sum = Money.zero
    for index in 1...8 {
      let cap = try await state(paper(index), journal).cap
      sum += cap
      #expect(cap <= books.books.opened[paper(index)] ?? .zero, "\(when): paper \(index)")
    }
    #expect(sum <= books.cap && books.books.total <= books.cap, "\(when): \(sum) of \(books.cap)")
  }

  @Test(arguments: Store.allCases) func `eight raises at once`(store: Store) async throws {
    try await Self.with(store) { journal, deployment in
      for round in 0..<5 {
        let raised = try await withThrowingTaskGroup(of: Bool.self) { group in
          for index in 1...8 {
            group.addTask {
              do {
                try await deployment(Wavering(journal)).setCap(Self.money(3), of: Self.paper(index))
                return true
              } catch is OperationError { return false }
            }
          }
          return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(raised == 2, "round \(round)")
        try await Self.check(journal, "round \(round)")
        for index in 1...8 { try await deployment(journal).setCap(Self.money(1), of: Self.paper(index)) }
        #expect(try await Self.state(Self.campaign, journal).books.total == Self.money(8))
      }
    }
  }

  @Test(arguments: Store.allCases)
  func `a campaign is lowered while its papers are raised and lowered`(store: Store) async throws {
    try await Self.with(store) { journal, deployment in
      for round in 0..<5 {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for (index, cap) in [(1, 3), (1, 2), (1, 1), (2, 3), (2, 1), (3, 2)] as [(Int, Int64)] {
            group.addTask { try await Self.tried(deployment, journal, Self.paper(index), cap) }
          }
          for cap in [8, 9, 12] as [Int64] {
            group.addTask { try await Self.tried(deployment, journal, Self.campaign, cap) }
          }
          try await group.waitForAll()
        }
        try await Self.check(journal, "round \(round)")
      }
      // Whatever stayed reserved is free again.
      for index in 1...8 { try await deployment(journal).setCap(Self.money(1), of: Self.paper(index)) }
      try await deployment(journal).setCap(Self.money(8), of: Self.campaign)
    }
  }

  private static func tried(
    _ deployment: @Sendable (any Journal) -> Deployment, _ journal: any Journal, _ stream: StreamID, _ cap: Int64
  ) async throws {
    do { try await deployment(Wavering(journal)).setCap(money(cap), of: stream) } catch is OperationError {}
  }

  @Test func `two raises at once that raise the campaign, too`() async throws {
    try await Self.with(.memory) { journal, deployment in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 1...8 {
          group.addTask {
            try await deployment(Wavering(journal)).setCap(
              Self.money(3), of: Self.paper(index), raisingCampaign: true)
          }
        }
        try await group.waitForAll()
      }
      try await Self.check(journal, "at the end")
      let campaign = try await Self.state(Self.campaign, journal)
      #expect(campaign.cap == Self.money(24) && campaign.books.total == Self.money(24))
    }
  }

  @Test(arguments: [true, false])
  func `a command that is killed at any append is completed by the next`(isRaise: Bool) async throws {
    for kill in 0..<6 {
      try await Self.with(.memory) { journal, deployment in
        let paper = Self.paper(1)
        if !isRaise { try await deployment(journal).setCap(Self.money(5), of: paper) }
        let want = Self.money(isRaise ? 5 : 1)
        let killed = Wavering(journal, killedAt: kill)
        _ = try? await deployment(killed).setCap(want, of: paper)
        try await Self.check(journal, "killed at \(kill)")
        // Another command of the campaign completes it; the same one again has its effect.
        try await deployment(journal).setCap(Self.money(1), of: Self.paper(2))
        let state = try await Self.state(paper, journal)
        let held = try await Self.state(Self.campaign, journal).books.opened[paper]
        #expect(state.cap == held, "killed at \(kill)")
        try await deployment(journal).setCap(want, of: paper)
        #expect(try await Self.state(paper, journal).cap == want)
        try await Self.check(journal, "repeated after \(kill)")
      }
    }
  }

  @Test func `caps that a version without grants has changed are put on the books`() async throws {
    try await Self.with(.memory) { journal, deployment in
      _ = try await journal.append(.capChanged(Self.money(5)), to: Self.paper(1), at: 1)
      await #expect(throws: OperationError.self) {
        try await deployment(journal).setCap(Self.money(2), of: Self.paper(2))
      }
      await #expect(throws: OperationError.self) {
        try await deployment(journal).setCap(Self.money(11), of: Self.campaign)
      }
      try await deployment(journal).setCap(Self.money(2), of: Self.paper(1))
      try await deployment(journal).setCap(Self.money(4), of: Self.paper(2))
      try await Self.check(journal, "at the end")
    }
  }
}

/// Lets others go first before every call, and stops at an append: odd numbers before it is written, even ones after.
private struct Wavering: JournalDecorator {
  struct Killed: Error {}
  let inner: any Journal
  private let killedAt: Int?
  private let calls = Appends()

  private final class Appends: Sendable { let count = Mutex(0) }

  init(_ journal: any Journal, killedAt: Int? = nil) {
    inner = journal
    self.killedAt = killedAt
  }

  func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool {
    await waver()
    let call = calls.count.withLock { count in
      defer { count += 2 }
      return count
    }
    if let killedAt, killedAt < call { throw Killed() }
    let isWritten = try await inner.append(fact, to: stream, at: number)
    if killedAt == call { throw Killed() }
    return isWritten
  }

  func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    await waver()
    return try await inner.entries(of: stream, from: number)
  }

  private func waver() async { for _ in 0..<Int.random(in: 0...4) { await Task.yield() } }
}
