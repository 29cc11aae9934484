public import PaperModel

/// Plans experiments, edits their code, and evaluates their results.
public protocol Experimenter: Sendable {
  /// The next thing to do, given the runs asked for so far and their ends. The answer depends only on the arguments and
  /// on the results of the steps.
  func plan(
    _ paper: PaperDefinition, asked: [AskedExperiment], with surroundings: any Surroundings
  ) async throws -> ExperimentPlan
}
