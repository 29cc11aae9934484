public import PaperModel

/// All that a paper is written from.
public struct PaperMaterial: Sendable {
  public let paper: PaperDefinition
  public let stream: StreamID
  public let novelty: NoveltyVerdict
  public let record: ExperimentRecord
  public let figures: FigureSet
  /// What the paper had cost when writing began.
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
