import ExperimentTemplates
public import PaperModel
import PipelineRules
import Projections

/// One run with its results.
public struct RunDetail: Sendable, Codable, Hashable {
  /// One number that the experiment reports.
  public struct Metric: Sendable, Codable, Hashable {
    /// The names of the data set and the metric, e.g. `modular_addition.steps_to_99`.
    public let name: String
    public let mean: Double
    /// The standard error, if the experiment gives it.
    public let standardError: Double?
    /// The unit that the template names, e.g. `steps`; nil where it names none.
    public let unit: String?
  }

  public let id: String
  /// The purpose of the run.
  public let label: String
  /// `queued`, `running`, `done`, `failed` (it ended without a usable result), `dead` or `cancelled`.
  public let state: String
  /// Why it has no usable result; nil if it has one, or none yet.
  public let problem: String?
  public let metrics: [Metric]
  /// The amount that is charged, in nano-dollars.
  public let cost: Money
  /// The amount that its steps hold: reserved, or uncertain.
  public let held: Money
  /// From its first entry to its last.
  public let seconds: Double
}

extension Deployment {
  /// A run with its metrics.
  /// - Parameters:
  ///   - entries: its journal.
  ///   - units: of metrics, by name.
  func runDetail(
    _ run: StreamID, _ opening: Opening, _ entries: [StreamEntry], units: [String: String]
  ) async throws -> RunDetail {
    var row = BoardRow(run)
    for entry in entries { row.apply(entry) }
    let (amounts, seconds) = (row.ledger.amounts, row.seconds)
    func detail(_ name: String, _ problem: String?, _ metrics: [RunDetail.Metric] = []) -> RunDetail {
      RunDetail(
        id: run.name, label: opening.title, state: name, problem: problem, metrics: metrics, cost: amounts.settled,
        held: amounts.held, seconds: seconds)
    }
    guard row.end == .done else {
      return detail(row.end?.rawValue ?? (row.claim == nil ? "queued" : "running"), row.end == nil ? nil : row.reason)
    }
    let state = try StreamState(run, entries.map(\.entry))
    guard let reference = state.results[.run] else { return detail("done", nil) }
    let result = try await blobs.value(RunResult.self, of: reference)
    return detail(
      result.problem == nil ? "done" : "failed", result.problem, try await metrics(of: result, units: units))
  }

  /// The contents of a run's `final_info.json`; empty if there is none that can be read.
  public func metrics(
    of result: RunResult, units: [String: String] = [:]
  ) async throws -> [RunDetail.Metric] {
    guard let file = result.files["final_info.json"], file.size <= FinalInfo.limit,
      let info = try? FinalInfo(parsing: try await blobs.bytes(of: file))
    else { return [] }
    return info.datasets.flatMap { dataset in
      dataset.metrics.map {
        RunDetail.Metric(
          name: "\(dataset.name).\($0.name)", mean: $0.mean, standardError: $0.standardError, unit: units[$0.name])
      }
    }
  }

  /// The units of a template's metrics, by name, as a step of the stream read them from the source; none before that.
  public func units(of stream: StreamID) async throws -> [String: String] {
    let readings = try await state(of: stream).stepResults.filter { $0.key.name == PythonSettings.readingStep }
    guard let step = readings.min(by: { "\($0.key)" < "\($1.key)" }),
      let answer = try await blobs.value(ProgramOutcome.self, of: step.value).files[PythonSettings.answerFile]
    else { return [:] }
    let metrics = try await blobs.value(ScriptReading.self, of: answer).metrics
    return Dictionary(metrics.filter { !$0.unit.isEmpty }.map { ($0.name, $0.unit) }) { first, _ in first }
  }
}
