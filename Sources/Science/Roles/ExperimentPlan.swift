public import PaperModel

/// An experimenter's next step.
public enum ExperimentPlan: Sendable {
  /// Ask for these runs now.
  case run([RunRequest])
  /// Wait until a run ends.
  case wait
  /// All experiments are done.
  case complete(ExperimentRecord)
}
