internal import PaperModel
internal import Roles

/// Records the outcome of a study's runs, the failed ones included.
enum ExperimentRecording {
  /// The record: the last attempt of each folder, in the order in which the folders were asked for.
  static func record(_ asked: [AskedExperiment], of study: Study) -> ExperimentRecord {
    var folders: [String] = []
    var last: [String: AskedExperiment] = [:]
    for experiment in asked {
      let folder = experiment.request.outputFolder
      if last.updateValue(experiment, forKey: folder) == nil { folders.append(folder) }
    }
    let entries = folders.compactMap { last[$0] }.map { experiment in
      ExperimentRecord.Entry(
        change: change(of: experiment.request.outputFolder, in: study), run: experiment.run, result: result(experiment))
    }
    return ExperimentRecord(entries: entries, notes: notes(entries, study, tries: asked.count))
  }

  private static func change(of folder: String, in study: Study) -> ExperimentRecord.Change {
    value(of: folder, in: study).map { .setting(study.setting, value: $0) } ?? .baseline
  }

  /// The value that a folder belongs to: `run_2_seed_1` belongs to the second value.
  static func value(of folder: String, in study: Study) -> String? {
    let parts = folder.split(separator: "_")
    guard parts.count > 1, let number = Int(parts[1]), study.values.indices.contains(number - 1) else { return nil }
    return study.values[number - 1]
  }

  /// The run's result; a run that never ended is a result without files.
  private static func result(_ experiment: AskedExperiment) -> RunResult {
    switch experiment.outcome {
    case .result(let result): return result
    case .failed(let failure):
      return RunResult(
        label: experiment.request.label, folder: experiment.request.outputFolder, files: FileTree([]),
        code: experiment.request.code, outputTail: "", findings: [], problem: failure.message)
    case nil: preconditionFailure("a run that is out can't be recorded")
    }
  }

  private static func notes(_ entries: [ExperimentRecord.Entry], _ study: Study, tries: Int) -> String {
    var lines = ["# Runs", "", "Setting: `\(study.setting)`, baseline value `\(study.baseline)`.", ""]
    for entry in entries {
      let end = entry.result.problem.map { "failed: \($0)" } ?? "ran to its end"
      lines.append("- `\(entry.result.folder)` (\(entry.result.label)): \(end)")
    }
    if tries > entries.count { lines += ["", "Tried again after a passing failure: \(tries - entries.count)."] }
    return lines.joined(separator: "\n") + "\n"
  }
}
