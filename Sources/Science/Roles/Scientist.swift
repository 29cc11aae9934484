/// An implementation of every role, under the name by which a campaign chooses it.
public struct Scientist: Sendable {
  public let name: String
  public let ideator: any Ideator
  public let noveltyJudge: any NoveltyJudge
  public let experimenter: any Experimenter
  public let plotter: any Plotter
  public let author: any Author
  public let reviewer: any Reviewer

  public init(
    name: String, ideator: any Ideator, noveltyJudge: any NoveltyJudge, experimenter: any Experimenter,
    plotter: any Plotter, author: any Author, reviewer: any Reviewer
  ) {
    self.name = name
    self.ideator = ideator
    self.noveltyJudge = noveltyJudge
    self.experimenter = experimenter
    self.plotter = plotter
    self.author = author
    self.reviewer = reviewer
  }
}
