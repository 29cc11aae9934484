internal import ExperimentTemplates
public import PaperModel
public import Roles
internal import Studies

/// Proposes one-factor studies over a template's settings, the most promising first. The same template and the same
/// ideas seen before give the same proposals.
public struct SweepIdeator: Ideator {
  private let runner: any ProgramRunner

  /// An ideator that reads templates with a runner's Python.
  public init(runner: any ProgramRunner) { self.runner = runner }

  /// As many distinct studies as are wanted, none seen before; fewer where the settings give no more.
  /// - Throws: `Failure` where the template can't be read.
  public func propose(
    _ count: Int, for campaign: CampaignDefinition, baseline: RunResult, seen: [Idea],
    with surroundings: any Surroundings
  ) async throws -> [Idea] {
    let reading = try await ScriptSource.read(campaign, by: runner, with: surroundings)
    let info = try await unlessMissing { try await BaselineInfo.read(baseline, in: surroundings) }
    let metrics = StudyMetrics.choose(reading.metrics, given: info)
    var taken = Set(seen.compactMap { $0.study.map(StudyIdentity.init) })
    var names = Set(seen.map(\.name))
    var ideas: [Idea] = []
    for study in Self.studies(reading.settings(atFullScale: campaign.scale == .full)) where ideas.count < count {
      guard taken.insert(StudyIdentity(study)).inserted else { continue }
      let idea = IdeaWording.idea(study, measuring: metrics.first, on: campaign.template.name)
      guard names.insert(idea.name).inserted else { continue }
      ideas.append(idea)
    }
    return ideas
  }

  /// All studies of all settings in the order in which they are proposed: one of each setting, then another of each;
  /// settings that promise nothing come when the others have no more.
  static func studies(_ settings: [ScriptReading.Setting]) -> [Study] {
    let ranked = SettingInterest.ranked(settings)
    let isPoor = { (setting: ScriptReading.Setting) in SettingInterest.isLastResort(setting, among: settings) }
    return inTurn(ranked.filter { !isPoor($0) }) + inTurn(ranked.filter(isPoor))
  }

  private static func inTurn(_ settings: [ScriptReading.Setting]) -> [Study] {
    let lists = settings.map { StudyValues.studies(of: $0) }
    var studies: [Study] = []
    for round in 0..<(lists.map(\.count).max() ?? 0) {
      for (setting, list) in zip(settings, lists) where list.indices.contains(round) {
        studies.append(
          Study(setting: setting.name, words: setting.words, baseline: setting.value, values: list[round]))
      }
    }
    return studies
  }
}

/// What makes two studies the same: the setting and the values, however these are written.
struct StudyIdentity: Hashable, Sendable {
  let setting: String
  let values: Set<String>

  init(_ study: Study) {
    setting = study.setting
    values = Set(study.values.map(Naming.value))
  }
}
