public import PaperModel

/// A run that the experimenter asked for, and its end once it has one.
public struct AskedExperiment: Sendable {
  public let run: StreamID
  /// Its `node` says what the run was for.
  public let request: RunRequest
  /// Nil while the run is under way.
  public let outcome: Outcome?
  /// The number of ends that the paper folded in before this one; nil while the run is under way.
  public let fold: Int?

  public enum Outcome: Sendable {
    /// The run ended by itself; the result says whether it is usable.
    case result(RunResult)
    /// The run was given up or cancelled.
    case failed(Failure)
  }

  public init(run: StreamID, request: RunRequest, outcome: Outcome?, fold: Int? = nil) {
    self.run = run
    self.request = request
    self.outcome = outcome
    self.fold = fold
  }
}
