import FolderJournal
import Glibc
import Journal
import MessageLog
import PaperModel
import StageWorker
import Synchronization

/// The facts of one stream's journal.
struct StreamFacts: Sendable {
  let stream: StreamID
  let facts: [JournalEntry.Fact]
}

/// Papers as workers write them: one campaign with one paper and its runs is worked through in memory, and all others
/// are its copies under other names.
struct PaperMould: Sendable {
  private static let name = "mould"

  private let campaign: [JournalEntry.Fact]
  private let paper: [JournalEntry.Fact]
  private let runs: [StreamFacts]

  init(_ results: GrowthResults) async throws {
    let journal = InMemoryJournal()
    let world = GrowthWorld(
      log: InMemoryMessageLog(), journal: journal, results: results, worker: WorkerID("bench-mould"))
    try await world.work(through: Self.name)
    let campaign = StreamID(.campaign, Self.name)!
    self.campaign = try await journal.entries(of: campaign, from: 0).map(\.fact)
    paper = try await journal.entries(of: campaign.paper(1), from: 0).map(\.fact)
    var runs: [StreamFacts] = []
    for stream in try await journal.streams(of: .run, after: nil, limit: 1000) {
      runs.append(
        StreamFacts(stream: stream, facts: try await journal.entries(of: stream, from: 0).map(\.fact)))
    }
    self.runs = runs
  }

  /// How many entries a paper has with its runs.
  var entriesOfPaper: Int { runs.reduce(paper.count) { $0 + $1.facts.count } }

  /// A campaign that no worker has begun.
  func open(_ name: String) -> StreamFacts {
    StreamFacts(
      stream: StreamID(.campaign, name)!, facts: [Copy(from: Self.name, to: name).fact(campaign[0])])
  }

  /// A campaign and its papers, from the first to the last.
  func campaign(_ name: String, papers: Int) -> [StreamFacts] {
    let own = StreamID(.campaign, name)!
    let opened = campaign.map { fact -> JournalEntry.Fact in
      guard case .stageFinished(let stage, let visit, let result, let next) = fact else {
        return Copy(from: Self.name, to: name).fact(fact)
      }
      let items = (1...papers).flatMap { ordinal in
        next.map { Copy(from: "\(Self.name).1", to: "\(name).\(ordinal)", campaign: name).item($0) }
      }
      return .stageFinished(stage: stage, visit: visit, result: result, next: items)
    }
    return [StreamFacts(stream: own, facts: opened)]
      + (1...papers).flatMap { ordinal in
        let copy = Copy(from: "\(Self.name).1", to: "\(name).\(ordinal)", campaign: name)
        return [StreamFacts(stream: own.paper(ordinal), facts: paper.map(copy.fact))]
          + runs.map { StreamFacts(stream: copy.stream($0.stream), facts: $0.facts.map(copy.fact)) }
      }
  }
}

/// Facts under another name.
private struct Copy {
  private let old: String
  private let new: String
  private let campaign: String

  init(from old: String, to new: String, campaign: String? = nil) {
    self.old = old
    self.new = new
    self.campaign = campaign ?? new
  }

  func stream(_ stream: StreamID) -> StreamID {
    guard stream.name.hasPrefix(old) else { return stream }
    return StreamID(stream.kind, new + stream.name.dropFirst(old.count))!
  }

  func item(_ item: WorkItem) -> WorkItem {
    WorkItem(stream: stream(item.stream), stage: item.stage, opening: opening(item.opening))
  }

  func fact(_ fact: JournalEntry.Fact) -> JournalEntry.Fact {
    switch fact {
    case .opened(let opening): .opened(self.opening(opening))
    case .asked(let stage, let visit, let runs, let memo):
      .asked(
        stage: stage, visit: visit, runs: runs.map { RunAsk(run: stream($0.run), opening: opening($0.opening)) },
        memo: memo)
    case .folded(let run, let end, let booked): .folded(run: stream(run), end: end, booked: booked)
    case .stageFinished(let stage, let visit, let result, let next):
      .stageFinished(stage: stage, visit: visit, result: result, next: next.map(item))
    default: fact
    }
  }

  private func opening(_ opening: Opening) -> Opening {
    Opening(
      campaign: campaign, title: opening.title, cap: opening.cap,
      parent: opening.parent.map { .init(stream: stream($0.stream), stage: $0.stage) }, device: opening.device,
      snoozesWhenExhausted: opening.snoozesWhenExhausted, priority: opening.priority, definition: opening.definition)
  }
}
