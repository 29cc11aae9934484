import FolderJournal
import Foundation
import Journal
import PaperModel
import PipelineRules
import Testing

/// The contents of a cluster's store and of one machine's folder: the promises about money, checked against the
/// sandbox's record.
struct ClusterInspection {
  let journals: [StreamID: [JournalEntry]]
  let states: [StreamID: StreamState]
  /// The sandbox's record of each attempt: nanoseconds of processor time; nil for a sealed one.
  let executions: [String: Int64?]

  init(store: String, data: String) async throws {
    let journal = try await FolderJournal(folder: store)
    var journals: [StreamID: [JournalEntry]] = [:]
    for kind in StreamID.Kind.allCases {
      for stream in try await journal.streams(of: kind, after: nil, limit: 10_000) {
        journals[stream] = try await journal.entries(of: stream, from: 0)
      }
    }
    self.journals = journals
    states = Dictionary(uniqueKeysWithValues: journals.map { ($0, StreamState($0, $1)) })
    executions = try Self.executions(data)
  }

  private static func executions(_ data: String) throws -> [String: Int64?] {
    var found: [String: Int64?] = [:]
    // A machine keeps a folder for each cluster that it works for.
    let folder = try FileManager.default.contentsOfDirectory(atPath: data).first { $0.hasPrefix("cluster-") } ?? ""
    let book = "\(data)/\(folder)/executions"
    for name in try FileManager.default.contentsOfDirectory(atPath: book) where !name.hasPrefix(".") {
      let text = try String(contentsOfFile: "\(book)/\(name)", encoding: .utf8)
      // The attempt's own name: the file's name lacks characters that paths can't hold.
      let attempt = text.split(separator: "\n").first.map { $0.split(separator: " ").suffix(2).joined(separator: " ") }
      found[attempt ?? name] = text.hasPrefix("sealed") ? .some(nil) : Int64(text.prefix(20))
    }
    return found
  }

  var papers: [StreamState] { states.values.filter { $0.stream.kind == .paper } }

  /// Whether every stream has ended.
  var isAtRest: Bool { states.values.allSatisfy { $0.end != nil } }

  /// Attempts whose cost is not known.
  var unsettled: [String] {
    states.values.flatMap { state in
      state.books.lines.filter { $0.charge == nil }.map { "\(state.stream) \($0.step)#\($0.attempt): \($0.state)" }
    }
  }

  /// The number of steps that the sandbox executed.
  var executedSteps: Int { Set(launched.map(Self.step)).count }

  /// How often a step was executed again.
  var repeatedExecutions: Int { launched.count - executedSteps }

  private var launched: [String] { executions.filter { $0.value != nil }.map(\.key) }
  private static func step(_ attempt: String) -> Substring { attempt.prefix { $0 != "#" } }

  /// Finished work that was done again, as text; none is allowed.
  var wasted: [String] {
    journals.flatMap { stream, entries in
      var finished: Set<StepID> = []
      return entries.compactMap { entry -> String? in
        switch entry.fact {
        case .stepStarted(let step, _, _):
          finished.contains(step) ? "\(stream) reserves for \(step), which is finished" : nil
        case .stepFinished(let step, _, _, _):
          finished.insert(step).inserted ? nil : "\(stream) finishes \(step) twice"
        default: nil
        }
      }
    }
  }

  /// Processor time on the books, in nanoseconds.
  var bookedNanoseconds: Int64 {
    states.values.reduce(0) { $0 + $1.books.lines.reduce(0) { $0 + ($1.charge?.cpuNanoseconds ?? 0) } }
  }

  /// Processor time in the sandbox's records, in nanoseconds.
  var countedNanoseconds: Int64 { executions.values.reduce(0) { $0 + ($1 ?? 0) } }

  /// Checks the promises about money that hold whatever was killed.
  func checkMoney() {
    #expect(wasted.isEmpty, "\(wasted.joined(separator: "\n"))")
    for state in states.values { #expect(state.books.total <= state.cap, "\(state.stream) is over its cap") }
    #expect(unsettled.isEmpty, "\(unsettled.joined(separator: "\n"))")
    #expect(
      bookedNanoseconds == countedNanoseconds,
      "the books have \(bookedNanoseconds) ns of processor time, the sandbox counted \(countedNanoseconds)")
  }
}

/// Reads the state of streams while workers work on them.
enum StreamStates {
  static func hasEnded(_ stream: StreamID, _ journal: FolderJournal) async throws -> Bool {
    StreamState(stream, try await journal.entries(of: stream, from: 0)).end != nil
  }
}
