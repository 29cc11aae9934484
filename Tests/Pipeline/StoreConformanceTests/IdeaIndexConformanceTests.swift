import EmbeddedStore
import FolderJournal
import Glibc
import Journal
import PaperModel
import SQLite
import ServiceTestSupport
import Testing

@Suite("Every index of ideas keeps the same promises", .timeLimit(.minutes(2)))
struct IdeaIndexConformanceTests {
  @Test("in memory", arguments: IdeaIndexConformance.checks)
  func inMemory(check: IdeaIndexConformance.Check) async throws {
    let index = InMemoryIdeaIndex()
    try await check.run(.init(index: index, other: index))
  }

  @Test("embedded", arguments: IdeaIndexConformance.checks)
  func embedded(check: IdeaIndexConformance.Check) async throws {
    try await withTemporaryFolder { folder in
      let store = try await EmbeddedStore(folder: folder)
      let other = try await EmbeddedStore(folder: folder)
      try await check.run(
        .init(index: store.ideas, other: other.ideas) { _ in
          try Connection(path: "\(folder)/shoal.sqlite").execute("UPDATE idea SET bytes = X'ff00'")
        })
      await store.close()
      await other.close()
    }
  }

  @Test("on a folder", arguments: IdeaIndexConformance.checks)
  func onAFolder(check: IdeaIndexConformance.Check) async throws {
    try await withTemporaryFolder { folder in
      try await check.run(
        .init(index: FolderIdeaIndex(folder: folder), other: FolderIdeaIndex(folder: folder)) { key in
          let place = [key.template, key.subject, key.identity].map(IdeaRows.name).joined(separator: "/")
          try #require(truncate("\(folder)/ideas/\(place)", 3) == 0)
        })
    }
  }
}

@Suite struct CompleteIdeaIndexTests {
  private let clock = ManualClock()

  /// A journal in which a campaign has settled on ideas that vary the rate over some values.
  private func settle(_ values: [[String]], campaign: String, in journal: InMemoryJournal, _ blobs: KeptBlobs)
    async throws
  {
    let stream = try #require(StreamID(.campaign, campaign))
    let definition = CampaignDefinition(
      name: campaign, template: TemplateBundle(name: "t", files: FileTree([])), ideas: values.count,
      scientist: "sweep", timeLimitSeconds: 1, budget: .zero)
    let baseline = RunResult(
      label: "b", folder: "run_0", files: FileTree([]), code: FileTree([]), outputTail: "", findings: [], problem: nil)
    let ideas = values.map {
      Idea(
        name: "rate_\($0[0])", title: "Rate", question: "", experiment: "", interestingness: 1, feasibility: 1,
        novelty: 1, study: Study(setting: "rate", words: "", baseline: "1", values: $0))
    }
    let opening = Opening(
      campaign: campaign, title: "t", cap: .zero, definition: try await blobs.keep(json: definition))
    let batch = try await blobs.keep(json: IdeaBatch(ideas: ideas, baseline: baseline))
    let facts: [JournalEntry.Fact] = [
      .opened(opening), .claimed(worker: WorkerID("w"), stage: .ideate, visit: 1, attempt: 1),
      .stageFinished(stage: .ideate, visit: 1, result: batch, next: []),
    ]
    for (number, fact) in facts.enumerated() {
      #expect(try await journal.append(fact, to: stream, at: Int64(number)))
    }
    clock.advance(seconds: 1)
  }

  @Test func `ideas of journals from before there was an index count, the oldest first, and are read once`()
    async throws
  {
    let (journal, blobs) = (InMemoryJournal(clock: clock), KeptBlobs())
    try await settle([["2"], ["3", "4"]], campaign: "z-older", in: journal, blobs)
    try await settle([["2.0"], ["5"]], campaign: "a-newer", in: journal, blobs)
    let store = InMemoryIdeaIndex(clock: clock)
    let index = CompleteIdeaIndex(store, journal: journal, blobs: blobs)
    let ideas = try await index.ideas(on: "t", most: 10)
    #expect(Set(ideas.map { "\($0.campaign).\($0.ordinal)" }) == ["z-older.1", "z-older.2", "a-newer.2"])
    #expect(try await store.isComplete())

    // A journal that an older version writes meanwhile is read by `recover`, not again by each process.
    try await settle([["9"]], campaign: "later", in: journal, blobs)
    let second = CompleteIdeaIndex(store, journal: journal, blobs: blobs)
    #expect(try await second.ideas(on: "t", most: 10).count == 3)
    try await JournaledIdeas(journal: journal, blobs: blobs).write(to: store)
    #expect(try await second.ideas(on: "t", most: 10).count == 4)
  }

  @Test func `a reading that fails is not taken for a complete one, and is tried again`() async throws {
    let (journal, blobs) = (InMemoryJournal(clock: clock), KeptBlobs())
    try await settle([["2"]], campaign: "c", in: journal, blobs)
    let store = InMemoryIdeaIndex(clock: clock)
    let index = CompleteIdeaIndex(store, journal: journal, blobs: blobs)
    await blobs.lose(true)
    await #expect(throws: Failure.self) { try await index.ideas(on: "t", most: 10) }
    #expect(try await !store.isComplete())
    await blobs.lose(false)
    #expect(try await index.ideas(on: "t", most: 10).count == 1)
  }

  @Test func `a row of the first version is read`() throws {
    let row = """
      {"at":7,"campaign":"c","key":{"identity":"0.5\\n2","subject":"rate","template":"t"},"name":"n","ordinal":3,\
      "title":"T"}
      """
    let idea = try IdeaRows.decode(Array(row.utf8), at: "here")
    #expect(idea.key == IdeaKey(template: "t", subject: "rate", identity: "0.5\n2") && idea.ordinal == 3)
    #expect(idea.values == ["0.5", "2"] && idea.atMicroseconds == 7)
    #expect(try String(decoding: IdeaRows.encode(idea), as: UTF8.self) == row)
  }
}

/// Blobs in memory, which can be made unavailable for a while.
private actor KeptBlobs: BlobStore {
  private var blobs: [BlobReference: [UInt8]] = [:]
  private var isLost = false

  func lose(_ isLost: Bool) { self.isLost = isLost }

  func keep(_ bytes: [UInt8]) async throws -> BlobReference {
    let number = String(blobs.count)
    let digest = String(repeating: "0", count: 64 - number.count) + number
    let reference = try #require(BlobReference(digest: digest, size: Int64(bytes.count)))
    blobs[reference] = bytes
    return reference
  }

  func bytes(of reference: BlobReference) async throws -> [UInt8] {
    guard !isLost, let bytes = blobs[reference] else { throw Failure(kind: "blobMissing", "It is missing.") }
    return bytes
  }
}
