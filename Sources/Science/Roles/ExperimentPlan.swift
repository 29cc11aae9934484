public import PaperModel

/// An experimenter's next step.
public enum ExperimentPlan: Sendable {
  /// Ask for these runs now. Later visits get the memo, until other runs are asked for.
  case run([RunRequest], memo: BlobReference? = nil)
  /// Wait until a run ends. The memo stays as it is: the next visit has this visit's end too.
  case wait
  /// All experiments are done.
  case complete(ExperimentRecord)
}
