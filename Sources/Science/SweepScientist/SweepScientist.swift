internal import ExperimentTemplates
public import Literature
public import PaperModel
public import Roles

/// A scientist without a language model: one-factor studies of a template's settings, run, written up and reviewed by
/// rule.
public enum SweepScientist {
  public static let name = "sweep"

  /// - Parameters:
  ///   - runner: runs the programs of all roles.
  ///   - literature: the works that ideas are compared with.
  public static func make(
    runner: any ProgramRunner, literature: any LiteratureSearch = Bibliography.standard
  ) -> Scientist {
    Scientist(
      name: name, ideator: SweepIdeator(runner: runner), noveltyJudge: SweepNoveltyJudge(literature: literature),
      experimenter: SweepExperimenter(runner: runner), plotter: SweepPlotter(runner: runner),
      author: SweepAuthor(runner: runner), reviewer: SweepReviewer(runner: runner))
  }

  /// Ideas and plans take a moment; figures, papers and reviews are made by contained programs.
  public static func need(of stage: Stage) -> StageNeed {
    switch stage {
    case .ideate, .novelty, .design: .thinking
    case .run, .plot, .write, .review, .revise: .processor
    }
  }

  /// The runs that a paper usually asks for at once: one of the baseline and one for each value, three times as many if
  /// the experiment has one seed only.
  /// - Parameter idea: nil for one that is still to be proposed.
  public static func usualRuns(of idea: Idea?) -> Int { 1 + (idea?.study?.values.count ?? StudyValues.mostValues) }
}
