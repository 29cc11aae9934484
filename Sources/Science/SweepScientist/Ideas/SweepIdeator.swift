internal import ExperimentTemplates
public import PaperModel
public import Roles
internal import Studies

/// Proposes one-factor studies over a template's settings, the most promising first. The same template and the same
/// seen ideas yield the same proposals.
public struct SweepIdeator: Ideator {
  let runner: any ProgramRunner

  /// - Parameter runner: runs Python to read templates.
  public init(runner: any ProgramRunner) { self.runner = runner }

  /// Up to the requested number of distinct studies, none seen before; fewer if the settings allow no more.
  /// - Throws: `Failure` if the template can't be read, has no settings, or reports other metrics than it names.
  public func propose(
    _ count: Int, for campaign: CampaignDefinition, baseline: RunResult, seen: [IndexedIdea],
    with surroundings: any Surroundings
  ) async throws -> [Idea] {
    let reading = try await ScriptSource.read(campaign, by: runner, with: surroundings)
    let info = try await unlessMissing { try await BaselineInfo.read(baseline, in: surroundings) }
    if let info { try StudyMetrics.check(reading.metrics, in: info) }
    let metrics = StudyMetrics.choose(reading.metrics, given: info)
    let studies = Self.studies(reading.settings(atFullScale: campaign.scale == .full))
    guard !studies.isEmpty else {
      throw Failure(
        kind: "noSettings", "experiment.py of \(campaign.template.name) has no setting that a study could change.",
        advice: "Write settings as lines at the top level, such as `learning_rate = 0.01  # step size`.")
    }
    var taken = Set(seen.map(\.key))
    var names = Set(seen.map(\.name))
    var known: [String: Set<String>] = [:]
    for idea in seen { known[idea.key.subject, default: []].formUnion(idea.values) }
    var ideas: [Idea] = []
    for study in studies where ideas.count < count {
      let idea = IdeaWording.idea(study, measuring: metrics.first, on: campaign.template.name)
      // A study is not new either if others have studied all its values.
      guard !study.canonicalValues.isSubset(of: known[study.setting] ?? []),
        taken.insert(IdeaKey(idea, on: campaign.template.name)).inserted, names.insert(idea.name).inserted
      else { continue }
      known[study.setting, default: []].formUnion(study.canonicalValues)
      ideas.append(idea)
    }
    return ideas
  }

  /// All studies of all settings in the order of proposal: one of each setting, then another of each; unpromising
  /// settings come when the others are exhausted.
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

/// What identifies a study: the setting and the values, in any spelling.
struct StudyIdentity: Hashable, Sendable {
  let setting: String
  let values: Set<String>

  init(_ study: Study) {
    setting = study.setting
    values = Set(study.values.map(Naming.value))
  }
}
