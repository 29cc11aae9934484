internal import ExperimentTemplates
internal import PaperModel
internal import Studies

/// The input of the drawing script.
struct FigureData: Codable {
  struct Arm: Codable {
    let label: String
    let baseline: Bool
    let seeds: [Double]
    let mean: Double
    let low: Double
    let high: Double
  }

  struct Run: Codable {
    let label: String
    let folders: [String]
  }

  let setting: String
  let metric: String
  let dataset: String
  let metrics: [String]
  let words: [String: String]
  let arms: [Arm]
  let runs: [Run]

  init(_ analysis: StudyAnalysis, of study: Study) {
    let results = analysis.results
    let rows = ArmOrder.ordered(analysis, study)
    setting = Naming.words(study.setting).firstCapital
    metric = PaperWords.axis(results.primary)
    dataset = results.dataset
    metrics = results.metrics.map(\.name)
    words = Dictionary(
      results.metrics.map { ($0.name, Naming.words($0.name).firstCapital) }, uniquingKeysWith: { first, _ in first })
    arms = rows.map { row in
      Arm(
        label: Self.label(row.arm, study), baseline: row.arm.value == nil, seeds: row.sample?.values ?? [],
        mean: row.sample?.mean ?? 0, low: row.interval?.low ?? 0, high: row.interval?.high ?? 0)
    }
    runs = ([analysis.baseline] + analysis.rows).filter { !$0.arm.runs.isEmpty }.map { row in
      Run(label: Self.label(row.arm, study), folders: row.arm.runs.map(\.folder))
    }
  }

  private static func label(_ arm: StudyResults.Arm, _ study: Study) -> String {
    arm.value.map(Naming.value) ?? "\(Naming.value(study.baseline)) (baseline)"
  }
}

/// The order of values on an axis: numbers by size, the baseline among them.
enum ArmOrder {
  /// The rows in that order; the baseline comes first if the values are not numbers.
  static func ordered(_ analysis: StudyAnalysis, _ study: Study) -> [StudyAnalysis.Row] {
    let rows = [analysis.baseline] + analysis.rows
    let numbers = rows.map { Double(Naming.value($0.arm.value ?? study.baseline)) }
    guard numbers.allSatisfy({ $0 != nil }) else { return rows }
    return zip(rows, numbers).sorted { ($0.1 ?? 0) < ($1.1 ?? 0) }.map(\.0)
  }
}

extension String {
  var firstCapital: String { prefix(1).uppercased() + dropFirst() }
}
