extension ScriptReading.Setting {
  /// Whether a study can change the setting: its check and its ideas ask this same question.
  package var canBeStudied: Bool { hasPlainValues && !isBookkeeping && !StudyValues.studies(of: self).isEmpty }

  /// Whether the setting has values that a study can name.
  package var hasPlainValues: Bool {
    switch kind {
    case .integer, .number, .boolean: true
    case .text: choices.count > 1
    case .sequence: false
    }
  }

  /// Whether the setting controls how, where or how often something is measured or written, not what is computed.
  package var isBookkeeping: Bool {
    let words = name.lowercased().split(separator: "_").map(String.init)
    let kept: Set<String> = [
      "seed", "seeds", "eval", "evaluate", "evaluation", "log", "save", "print", "plot", "out", "dir", "path", "device",
      "verbose", "workers", "debug", "dataset", "scale", "checkpoint", "test", "samples", "repeats", "port", "dpi",
    ]
    let isInitialScale = words.contains { $0.hasPrefix("init") }
    return words.contains { kept.contains($0) && !(isInitialScale && $0 == "scale") }
  }
}
