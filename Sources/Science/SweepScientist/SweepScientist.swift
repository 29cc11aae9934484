public import PaperModel

/// A scientist without a model: one-factor studies over a template's settings, run, written up and reviewed by rule.
public struct SweepScientist: Sendable {
  /// Proposes studies.
  public let ideator: SweepIdeator
  /// Judges whether they are new.
  public let noveltyJudge: SweepNoveltyJudge
  /// Runs them.
  public let experimenter: SweepExperimenter
  /// Draws what came out.
  public let plotter: SweepPlotter
  /// Writes it up.
  public let author: SweepAuthor
  /// Reviews papers.
  public let reviewer: SweepReviewer

  /// A scientist whose programs a runner runs.
  public init(runner: any ProgramRunner) {
    ideator = SweepIdeator(runner: runner)
    noveltyJudge = SweepNoveltyJudge()
    experimenter = SweepExperimenter(runner: runner)
    plotter = SweepPlotter(runner: runner)
    author = SweepAuthor(runner: runner)
    reviewer = SweepReviewer(runner: runner)
  }
}
