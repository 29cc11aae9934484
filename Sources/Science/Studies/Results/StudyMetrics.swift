package import ExperimentTemplates
package import PaperModel

/// Which metrics a study reports, the primary first.
package enum StudyMetrics {
  /// The metrics that the source names, if the results have them; if it names none, a choice by name, made before any
  /// setting is run.
  package static func choose(
    _ documented: [ScriptReading.Metric], given info: FinalInfo?
  ) -> [ScriptReading.Metric] {
    guard let info, let dataset = dataset(documented, in: info) else { return documented }
    let present = documented.filter { dataset[$0.name] != nil }
    if !present.isEmpty { return present }
    let names = dataset.metrics.map(\.name).sorted { (preference($0), $0) < (preference($1), $1) }
    return names.prefix(12).map {
      ScriptReading.Metric(
        name: $0, words: Naming.words(String($0.map { $0 == "." ? "_" : $0 })), better: direction($0), unit: "")
    }
  }

  /// The data set to analyse: the first by name that has the primary metric, else the first.
  package static func dataset(_ documented: [ScriptReading.Metric], in info: FinalInfo) -> FinalInfo.Dataset? {
    guard let primary = documented.first?.name else { return info.datasets.first }
    return info.datasets.first { $0[primary] != nil } ?? info.datasets.first
  }

  /// Refuses results that lack the metric that the source names first.
  /// - Throws: `Failure` of kind `metricMissing` that names both.
  package static func check(_ documented: [ScriptReading.Metric], in info: FinalInfo) throws(Failure) {
    guard let primary = documented.first?.name, let dataset = dataset(documented, in: info), dataset[primary] == nil
    else { return }
    let there = dataset.metrics.prefix(5).map { "“\($0.name.prefix(60))”" }.joined(separator: ", ")
    throw Failure(
      kind: "metricMissing",
      "The dictionary metrics of experiment.py names “\(primary.prefix(60))” first, but the results have \(there).",
      advice: "Give the metric the same name in both, and start a new campaign.")
  }

  private static func preference(_ name: String) -> Int {
    let name = name.lowercased()
    if name.contains("time") || name.contains("second") { return 9 }
    let isHeldOut = ["val", "test", "eval"].contains { name.contains($0) }
    let isQuality = ["loss", "acc", "error", "score", "divergence"].contains { name.contains($0) }
    return (isHeldOut ? 0 : 3) + (isQuality ? 0 : 2)
  }

  private static func direction(_ name: String) -> ScriptReading.Metric.Direction? {
    let name = name.lowercased()
    if ["loss", "error", "perplexity", "divergence", "time", "bits", "excess"].contains(where: name.contains) {
      return .lower
    }
    return ["acc", "score", "reward", "return"].contains(where: name.contains) ? .higher : nil
  }
}
