package import ExperimentTemplates
package import PaperModel

/// A study's measurements, gathered by value.
package struct StudyResults: Sendable {
  /// One value of the setting, with all its runs.
  package struct Arm: Sendable {
    /// The value as Python writes it; nil for the baseline.
    package let value: String?
    /// The runs that measured something.
    package let runs: [Measured]
    /// Why the other runs did not, a sentence each.
    package let problems: [String]

    /// The values of a metric, one for each seed; nil if there are none.
    package func sample(_ metric: String, on dataset: String) -> Sample? {
      let values = runs.flatMap { run -> [Double] in
        guard let found = run.info[dataset]?[metric] else { return [] }
        return found.perSeed ?? [found.mean]
      }
      return Sample(values)
    }

    package var sources: [String] { runs.map { "\($0.folder)/final_info.json" } }
  }

  /// A run with results.
  package struct Measured: Sendable {
    package let folder: String
    package let info: FinalInfo
    package let entry: ExperimentRecord.Entry
  }

  package let baseline: Arm
  /// The values, in the order of the study.
  package let arms: [Arm]
  /// The analysed data set, and the others that the runs report.
  package let dataset: String
  package let otherDatasets: [String]
  /// The metrics, the primary first.
  package let metrics: [ScriptReading.Metric]

  /// The metric that the study is about.
  package var primary: ScriptReading.Metric { metrics[0] }
  /// The baseline and the values.
  package var all: [Arm] { [baseline] + arms }

  /// Gathers the results of a record.
  /// - Throws: `Failure` of kind `noBaseline` or `metricMissing` if the baseline has no result, `metricTooLarge` if
  ///   differences would overflow, `allRunsFailed` if no other run has a result.
  package static func gather(
    _ record: ExperimentRecord, of study: Study, metrics documented: [ScriptReading.Metric],
    from blobs: any BlobStore
  ) async throws -> StudyResults {
    let baseline = try await arm(nil, record, blobs) { $0 == .baseline }
    guard let info = baseline.runs.first?.info, let dataset = StudyMetrics.dataset(documented, in: info) else {
      throw Failure(
        kind: "noBaseline", "The baseline has no result: \(baseline.problems.first ?? "no run was recorded").",
        advice: "Check the template with `shoal template baseline`.")
    }
    try StudyMetrics.check(documented, in: info)
    let metrics = StudyMetrics.choose(documented, given: info)
    guard let primary = metrics.first else { throw Failure(kind: "noBaseline", "The baseline reports no metric.") }
    var arms: [Arm] = []
    for value in study.values {
      let measured = try await arm(value, record, blobs) { $0.value == value }
      arms.append(measured.reporting(primary.name, on: dataset.name))
    }
    let results = StudyResults(
      baseline: baseline.reporting(primary.name, on: dataset.name), arms: arms, dataset: dataset.name,
      otherDatasets: info.datasets.map(\.name).filter { $0 != dataset.name }, metrics: metrics)
    try results.check(study)
    return results
  }

  /// Refuses results from which no paper can be written.
  private func check(_ study: Study) throws(Failure) {
    for metric in metrics {
      for arm in all {
        guard let value = arm.sample(metric.name, on: dataset)?.values.first(where: { abs($0) > Sample.largest })
        else { continue }
        throw Failure(
          kind: "metricTooLarge",
          "The metric “\(metric.name.prefix(80))” has the value \(value), and differences of values beyond "
            + "\(Sample.largest) can't be computed.", advice: "Scale it in experiment.py, and start a new campaign.")
      }
    }
    guard !arms.isEmpty, arms.allSatisfy(\.runs.isEmpty) else { return }
    throw Failure(
      kind: "allRunsFailed",
      "Every run but the baseline's failed. The last error: \(arms.last?.problems.last ?? "no run was recorded.")",
      advice: "Correct experiment.py, or study other values of \(study.setting.prefix(80)).")
  }

  private static func arm(
    _ value: String?, _ record: ExperimentRecord, _ blobs: any BlobStore,
    where isOfArm: (ExperimentRecord.Change) -> Bool
  ) async throws -> Arm {
    var runs: [Measured] = []
    var problems: [String] = []
    for entry in record.entries where isOfArm(entry.change) {
      if let problem = entry.result.problem {
        problems.append(problem)
        continue
      }
      guard let file = entry.result.files["final_info.json"] else {
        problems.append("It wrote no final_info.json.")
        continue
      }
      let bytes = try await blobs.bytes(of: file)
      do { runs.append(Measured(folder: entry.result.folder, info: try FinalInfo(parsing: bytes), entry: entry)) } catch
      {
        problems.append(error.description)
      }
    }
    return Arm(value: value, runs: runs, problems: problems)
  }
}

extension StudyResults.Arm {
  /// The arm with the runs that report a metric; the others become problems.
  fileprivate func reporting(_ metric: String, on dataset: String) -> Self {
    let (good, bad) = (
      runs.filter { $0.info[dataset]?[metric] != nil }, runs.filter { $0.info[dataset]?[metric] == nil }
    )
    let sentences = bad.map { "\($0.folder) reports no “\(metric.prefix(80))” on “\(dataset.prefix(80))”." }
    return Self(value: value, runs: good, problems: problems + sentences)
  }
}
