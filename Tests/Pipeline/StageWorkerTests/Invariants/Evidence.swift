import Journal
import MessageLog
import PaperModel
import PipelineRules

/// The evidence for the invariants, at one moment: the journals, their writers, the messages, and what was really
/// executed.
struct Evidence: Sendable {
  struct Item: Hashable, Sendable {
    let stream: StreamID
    let stage: Stage
  }

  var journals: [StreamID: [JournalEntry]] = [:]
  var authors: [StreamID: [Int64: WorkerID]] = [:]
  var calls: [Provider.Call] = []
  /// The unfinished messages of the log.
  var live: Set<Item> = []
  /// All runs ever published, with their number of messages.
  var published: [StreamID: Int] = [:]
  /// The number of runs that the script's design asks for.
  var wantedRuns: Int

  /// The evidence of a world.
  init(_ world: World) async throws {
    wantedRuns = world.script.rounds.reduce(0, +)
    for kind in StreamID.Kind.allCases {
      for stream in try await world.journal.streams(of: kind, after: nil, limit: 10_000) {
        let entries = try await world.journal.entries(of: stream, from: 0)
        journals[stream] = entries
        for entry in entries {
          authors[stream, default: [:]][entry.number] = world.authors.author(stream, entry.number)
        }
      }
    }
    calls = world.provider.calls
    for row in world.log.rows {
      guard let item = row.item else { continue }
      if row.isLive { live.insert(Item(stream: item.stream, stage: item.stage)) }
      if item.stream.kind == .run { published[item.stream, default: 0] += 1 }
    }
  }

  func state(_ stream: StreamID) -> StreamState { StreamState(stream, journals[stream] ?? []) }

  /// Every run that a journal asked for, in any of its entries.
  func everAsked(_ stream: StreamID) -> Set<StreamID> {
    var runs: Set<StreamID> = []
    for entry in journals[stream] ?? [] {
      if case .asked(_, _, let asks, _) = entry.fact { runs.formUnion(asks.map(\.run)) }
    }
    return runs
  }

  func isLive(_ stream: StreamID) -> Bool { live.contains { $0.stream == stream } }
}

/// An invariant of the specification that does not hold.
struct Violation: Hashable, CustomStringConvertible, Sendable {
  /// Named as in docs/protocol.
  enum Invariant: String, Sendable {
    case neverAskedAnew, neverGivenUpInVain, endIsWhole, accounted, withinCap, oneResult, neverReservedAgain, fenced,
      paidTwiceOnlyByTakeover, nothingLost, foldedOnce,
      finishedWhole, askedFirst, runAlive, nothingWasted, comesToAnEnd, ledger
  }
  let invariant: Invariant
  let stream: StreamID
  let text: String
  var description: String { "\(invariant) of \(stream): \(text)" }
}
