import EmbeddedStore
import FolderJournal
import Journal
import PaperModel

/// A campaign of many papers as it would stand in a data folder, written straight into the journals.
enum ManyPapers {
  static func write(_ count: Int, _ folder: String) async throws {
    let store = try await EmbeddedStore(folder: folder)
    let blobs = try await FolderBlobs(folder: folder)
    let definition = try await blobs.keep([123, 125])
    let opening = Opening(
      campaign: "many", title: "A paper among many", cap: Money(dollars: "1")!, definition: definition)
    let campaign = StreamID(.campaign, "many")!
    let items = (1...count).map { WorkItem(stream: campaign.paper($0), stage: .novelty, opening: opening) }
    let whole = Opening(
      campaign: "many", title: "Many", cap: Money(dollars: "\(count)")!, definition: definition)
    let worker = WorkerID("bench")
    try await append(
      [
        .opened(whole), .claimed(worker: worker, stage: .ideate, visit: 1, attempt: 1),
        .stageFinished(stage: .ideate, visit: 1, result: definition, next: items),
      ], campaign, store.journal)
    await withTaskGroup(of: Void.self) { group in
      for item in items {
        group.addTask { try? await append(paper(item, worker, definition), item.stream, store.journal) }
      }
    }
    await store.close()
  }

  /// Up to the review: five stages of three steps each.
  private static func paper(
    _ item: WorkItem, _ worker: WorkerID, _ result: BlobReference
  ) -> [JournalEntry.Fact] {
    var facts: [JournalEntry.Fact] = [.opened(item.opening)]
    for stage in StageGraph.ofPaper.dropLast() {
      facts.append(.claimed(worker: worker, stage: stage, visit: 1, attempt: 1))
      for ordinal in 0..<3 {
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
