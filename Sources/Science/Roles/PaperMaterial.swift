public import PaperModel

/// The material from which a paper is written.
public struct PaperMaterial: Sendable {
  public let paper: PaperDefinition
  public let stream: StreamID
  public let novelty: NoveltyVerdict
  public let record: ExperimentRecord
  public let figures: FigureSet
  /// The cost of the paper when writing began.
  public let cost: Money

  public init(
    paper: PaperDefinition, stream: StreamID, novelty: NoveltyVerdict, record: ExperimentRecord, figures: FigureSet,
    cost: Money
  ) {
    self.paper = paper
    self.stream = stream
    self.novelty = novelty
    self.record = record
    self.figures = figures
    self.cost = cost
  }
}
