public import PaperModel

/// Plans experiments, edits their code, and takes in their results.
public protocol Experimenter: Sendable {
  /// The next thing to do, given the runs asked for so far and what came back. The answer depends on the arguments and
  /// on the results of the steps alone.
  func plan(
    _ paper: PaperDefinition, asked: [AskedExperiment], with surroundings: any Surroundings
  ) async throws -> ExperimentPlan
}
