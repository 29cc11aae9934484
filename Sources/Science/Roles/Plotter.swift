public import PaperModel

public protocol Plotter: Sendable {
  /// Draws the figures of a paper from the record of its runs.
  func draw(
    _ paper: PaperDefinition, _ record: ExperimentRecord, with surroundings: any Surroundings
  ) async throws -> FigureSet
}
