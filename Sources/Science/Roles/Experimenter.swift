public import PaperModel

/// Plans experiments, edits their code, and evaluates their results.
public protocol Experimenter: Sendable {
  /// Decides what to do next: at first, and whenever a run has ended. The answer depends only on the arguments and on
  /// the results of the steps.
  func plan(
    _ paper: PaperDefinition, after progress: ExperimentProgress, with surroundings: any Surroundings
  ) async throws -> ExperimentPlan
}
