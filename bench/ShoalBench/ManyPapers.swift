import EmbeddedStore
import FolderJournal
import Journal
import PaperModel

/// A campaign of many papers as it would be in a data folder, written directly into the journals.
enum ManyPapers {
  static func write(_ count: Int, _ folder: String) async throws {
    let store = try await EmbeddedStore(folder: folder)
    try await write(count, campaign: "many", store.journal, try await FolderBlobs(folder: folder))
    await store.close()
  }

  /// - Parameter steps: the number of steps of each stage.
  static func write(
    _ count: Int, campaign name: String, _ journal: some Journal, _ blobs: some BlobStore, steps: Int = 3
  ) async throws {
    let definition = try await blobs.keep([123, 125])
    let opening = Opening(
      campaign: name, title: "A paper among many", cap: Money(dollars: "1")!, definition: definition)
    let campaign = StreamID(.campaign, name)!
    let items = (1...count).map { WorkItem(stream: campaign.paper($0), stage: .novelty, opening: opening) }
    let whole = Opening(
      campaign: name, title: "Many", cap: Money(dollars: "\(count)")!, definition: definition)
    let worker = WorkerID("bench")
    try await append(
      [
        .opened(whole), .claimed(worker: worker, stage: .ideate, visit: 1, attempt: 1),
        .stageFinished(stage: .ideate, visit: 1, result: definition, next: items),
      ], campaign, journal)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, item) in items.enumerated() {
        if index >= 1024 { try await group.next() }
        group.addTask { try await append(paper(item, worker, definition, steps), item.stream, journal) }
      }
      try await group.waitForAll()
    }
  }

  /// Up to the review: five stages.
  private static func paper(
    _ item: WorkItem, _ worker: WorkerID, _ result: BlobReference, _ steps: Int
  ) -> [JournalEntry.Fact] {
    var facts: [JournalEntry.Fact] = [.opened(item.opening)]
    for stage in StageGraph.ofPaper.dropLast() {
      facts.append(.claimed(worker: worker, stage: stage, visit: 1, attempt: 1))
      for ordinal in 0..<steps {
        let step = StepID(stage: stage, visit: 1, name: "step", ordinal: ordinal, requestDigest: result.digest)
        facts.append(.stepStarted(step, attempt: 1, reserved: Money(nanodollars: 1000)))
        facts.append(
          .stepFinished(step, attempt: 1, result: result, charge: Charge(money: Money(nanodollars: 700))))
      }
      facts.append(
        .stageFinished(
          stage: stage, visit: 1, result: result,
          next: [WorkItem(stream: item.stream, stage: StageGraph.next(after: stage)!, opening: item.opening)]))
    }
    return facts
  }

  private static func append(
    _ facts: [JournalEntry.Fact], _ stream: StreamID, _ journal: some Journal
  ) async throws {
    for (number, fact) in facts.enumerated() { _ = try await journal.append(fact, to: stream, at: Int64(number)) }
  }
}
