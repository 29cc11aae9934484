internal import ExperimentTemplates
public import PaperModel
public import Roles
internal import Studies

/// Runs a one-factor study: the baseline again and every value, all at once, with the code edited for each.
public struct SweepExperimenter: Experimenter {
  private let runner: any ProgramRunner

  public init(runner: any ProgramRunner) { self.runner = runner }

  /// All runs at the first call; one more of each that failed for a transient reason; the record when all have ended.
  /// - Throws: `Failure` if the idea is no study of this template, or its source can't be edited.
  public func plan(
    _ paper: PaperDefinition, after progress: ExperimentProgress, with surroundings: any Surroundings
  ) async throws -> ExperimentPlan {
    let asked = progress.asked
    if asked.isEmpty { return .run(try await requests(paper, with: surroundings)) }
    let again = Self.deservingAnotherTry(asked)
    if !again.isEmpty { return .run(again.map(\.request)) }
    guard asked.allSatisfy({ $0.outcome != nil }) else { return .wait }
    return .complete(ExperimentRecording.record(asked, of: try Self.study(paper)))
  }

  /// Runs that failed for a transient reason and were asked for once.
  static func deservingAnotherTry(_ asked: [AskedExperiment]) -> [AskedExperiment] {
    asked.filter { experiment in
      guard case .failed(let failure) = experiment.outcome, failure.retryability == .transient else { return false }
      return asked.count { $0.request.outputFolder == experiment.request.outputFolder } == 1
    }
  }

  static func study(_ paper: PaperDefinition) throws -> Study {
    guard let study = paper.idea.study, !study.values.isEmpty else {
      throw Failure(
        kind: "noStudy", "The idea \(paper.idea.name) is no one-factor study, which is all that a sweep can run.",
        advice: "Give it to a language model, or submit it as a study of one setting.")
    }
    return study
  }

  private func requests(
    _ paper: PaperDefinition, with surroundings: any Surroundings
  ) async throws -> [RunRequest] {
    let study = try Self.study(paper)
    let campaign = paper.campaign
    let reading = try await ScriptSource.read(campaign, by: runner, with: surroundings)
    let settings = reading.settings(atFullScale: campaign.scale == .full)
    guard settings.contains(where: { $0.name == study.setting }) else {
      throw Failure(kind: "noStudy", "The template \(campaign.template.name) has no setting \(study.setting).")
    }
    let info = try await unlessMissing { try await BaselineInfo.read(paper.baseline, in: surroundings) }
    let primary = StudyMetrics.choose(reading.metrics, given: info).first?.name
    let plan = SeedPlan(baseline: info, settings: settings, primary: primary)
    let arms: [String?] = [nil] + study.values
    let jobs = arms.enumerated().flatMap { number, value in
      plan.repeats.map { Job(number: number, value: value, repetition: $0, setting: study.setting) }
    }
    let copies = try await edited(jobs, of: campaign, with: surroundings)
    return zip(jobs, copies).map { job, source in
      RunRequest(
        label: job.label, code: campaign.template.files.overlaid(with: source), outputFolder: job.folder,
        scale: campaign.scale, timeLimitSeconds: campaign.timeLimitSeconds, prices: campaign.prices)
    }
  }

  private struct Job {
    let number: Int
    let value: String?
    let repetition: SeedPlan.Repeat
    let setting: String

    var edits: [PythonSettings.Edit] {
      (value.map { [PythonSettings.Edit(name: setting, value: $0)] } ?? []) + repetition.edits
    }
    var folder: String { "run_\(number)\(repetition.suffix)" }
    var label: String { (value.map { "\(setting) = \($0)" } ?? "Baseline") + repetition.words }
  }

  private func edited(
    _ jobs: [Job], of campaign: CampaignDefinition, with surroundings: any Surroundings
  ) async throws -> [FileTree] {
    let settings = PythonSettings(runner: runner, prices: campaign.prices)
    do {
      return try await settings.variants(
        of: try ScriptSource.blob(campaign), jobs.map(\.edits), scale: campaign.scale, with: surroundings
      ).map { FileTree([.init(path: "experiment.py", blob: $0)]) }
    } catch let error as TemplateError {
      throw Failure(kind: "uneditable", error.description)
    }
  }
}
