public import PaperModel

/// Proposes ideas.
public protocol Ideator: Sendable {
  /// As many distinct ideas as are wanted, none of them among those seen before; fewer where there are no more.
  func propose(
    _ count: Int, for campaign: CampaignDefinition, baseline: RunResult, seen: [Idea],
    with surroundings: any Surroundings
  ) async throws -> [Idea]
}

/// Judges whether an idea is new.
public protocol NoveltyJudge: Sendable {
  /// Compares an idea with all that are known.
  func judge(
    _ idea: Idea, of campaign: CampaignDefinition, seen: [Idea], with surroundings: any Surroundings
  ) async throws -> NoveltyVerdict
}

/// Plans experiments, edits code, and takes results in.
public protocol Experimenter: Sendable {
  /// What comes next, given what was asked for and what came back so far. A function of its arguments and its steps.
  func plan(
    _ paper: PaperDefinition, asked: [AskedExperiment], with surroundings: any Surroundings
  ) async throws -> ExperimentPlan
}

/// A run that was asked for, and its end where it has one.
public struct AskedExperiment: Sendable {
  public let run: StreamID
  /// What was asked for.
  public let request: RunRequest
  /// What came back; nil while it is out.
  public let outcome: Outcome?

  /// How a run came back.
  public enum Outcome: Sendable {
    /// It ran; the result says whether it is usable.
    case result(RunResult)
    /// It never ran to an end.
    case failed(Failure)
  }

  public init(run: StreamID, request: RunRequest, outcome: Outcome?) {
    self.run = run
    self.request = request
    self.outcome = outcome
  }
}

/// What an experimenter wants next.
public enum ExperimentPlan: Sendable {
  /// These runs, now.
  case run([RunRequest])
  /// Nothing until a run comes back.
  case wait
  /// The plan is complete.
  case complete(ExperimentRecord)
}

/// Draws the figures.
public protocol Plotter: Sendable {
  /// Figures of what came out.
  func draw(
    _ paper: PaperDefinition, _ record: ExperimentRecord, with surroundings: any Surroundings
  ) async throws -> FigureSet
}

/// Writes the paper, and revises it.
public protocol Author: Sendable {
  /// The paper, typeset and checked.
  func write(_ material: PaperMaterial, with surroundings: any Surroundings) async throws -> Manuscript
  /// A version that acts on a review; nil where there is nothing that it could act on.
  func revise(
    _ manuscript: Manuscript, after review: Review, _ material: PaperMaterial, with surroundings: any Surroundings
  ) async throws -> Manuscript?
}

/// All that a paper is written from.
public struct PaperMaterial: Sendable {
  public let paper: PaperDefinition
  public let stream: StreamID
  /// Whether it is new, and why.
  public let novelty: NoveltyVerdict
  /// What was run.
  public let record: ExperimentRecord
  public let figures: FigureSet
  /// What the paper had cost when writing began.
  public let cost: Money

  /// The material of a paper.
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

/// Reviews a paper like a conference would.
public protocol Reviewer: Sendable {
  /// A review of a PDF, with what the run's own records say where they are there.
  func review(_ submission: Submission, with surroundings: any Surroundings) async throws -> Review
}

/// What a reviewer is given.
public struct Submission: Sendable {
  public let pdf: BlobReference
  /// What the paper was written from; nil for a PDF from anywhere.
  public let material: PaperMaterial?
  /// The typeset paper; nil for a PDF from anywhere.
  public let manuscript: Manuscript?
  /// What devices cost.
  public let prices: DevicePrices

  public init(pdf: BlobReference, material: PaperMaterial?, manuscript: Manuscript?, prices: DevicePrices) {
    self.pdf = pdf
    self.material = material
    self.manuscript = manuscript
    self.prices = prices
  }
}
