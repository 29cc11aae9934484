import EmbeddedStore
import FolderJournal
import Foundation
import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import Projections
import Testing

/// The contents of a data folder once no process works on it: read by the same modules, checked against the sandbox's
/// record.
struct Inspection {
  let journals: [StreamID: [JournalEntry]]
  let campaigns: [CampaignLine]
  let costs: CostReport
  /// The sandbox's record of each launch: nanoseconds of processor time; nil for a sealed attempt.
  let executions: [String: Int64?]
  private let blobs: FolderBlobs

  init(_ data: String) async throws {
    let store = try await EmbeddedStore(folder: data)
    blobs = try await FolderBlobs(folder: data)
    let deployment = Deployment(Stores(log: store.messageLog, journal: store.journal, blobs: blobs))
    var journals: [StreamID: [JournalEntry]] = [:]
    for kind in StreamID.Kind.allCases {
      for stream in try await deployment.streams(of: kind) {
        journals[stream] = try await deployment.journal.entries(of: stream, from: 0)
      }
    }
    self.journals = journals
    let board = Board(
      journal: store.journal, blobs: blobs, store: EmbeddedBoardStore(store), clock: MachineClock()
    ) { PositionFeed(store, after: $0) }
    campaigns = try await board.campaigns()
    costs = try await deployment.costs()
    await store.close()
    executions = try Self.executions(data)
  }

  private static func executions(_ data: String) throws -> [String: Int64?] {
    var found: [String: Int64?] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: "\(data)/executions")
    where !name.hasPrefix(".") {  // Files of workers that were killed before these had a name.
      let text = try String(contentsOfFile: "\(data)/executions/\(name)", encoding: .utf8)
      found[name] = text.hasPrefix("sealed") ? .some(nil) : Int64(text.prefix(20))
    }
    return found
  }

  /// Checks the promises about money that hold whatever was killed.
  func checkMoney() {
    var settled: Int64 = 0
    for (stream, entries) in journals {
      var finished: Set<StepID> = []
      for entry in entries {
        switch entry.fact {
        case .stepStarted(let step, _, _):
          #expect(!finished.contains(step), "\(stream) reserves for \(step), which is finished")
        case .stepFinished(let step, _, _, _):
          #expect(finished.insert(step).inserted, "\(stream) finishes \(step) twice")
        default: break
        }
      }
      let state = StreamState(stream, entries)
      #expect(state.books.total <= state.cap, "\(stream) is over its cap")
      #expect(state.books.open.isEmpty || state.end == nil, "\(stream) ended with an open step")
      settled += state.books.lines.reduce(0) { $0 + ($1.charge?.cpuNanoseconds ?? 0) }
    }
    // The processor time on the books is the sandbox's, to the nanosecond.
    let counted = executions.values.reduce(Int64(0)) { $0 + ($1 ?? 0) }
    #expect(settled == counted, "the books have \(settled) ns of processor time, the sandbox counted \(counted)")
    #expect(
      costs.uncertain == .zero && costs.reserved == .zero, "\(costs.uncertain) uncertain, \(costs.reserved) reserved")
  }

  /// Digests of every result file of every run, by run and path.
  func results() async throws -> [String: String] {
    var found: [String: String] = [:]
    for (stream, entries) in journals where stream.kind == .run {
      guard let reference = StreamState(stream, entries).results[.run] else { continue }
      let result = try await blobs.value(RunResult.self, of: reference)
      for file in result.files.files { found["\(stream.name)/\(file.path)"] = file.blob.digest }
    }
    return found
  }
}
