internal import ExperimentTemplates
public import PaperModel
public import Roles
internal import Studies

extension SweepIdeator {
  /// Takes the ideas that ask for a one-factor study of one setting. The study gets the values that the text gives, or
  /// else the first ones that the sweep would choose itself.
  /// - Throws: `Failure` if the template can't be read.
  public func adopt(
    _ ideas: [ProposedIdea], for campaign: CampaignDefinition, with surroundings: any Surroundings
  ) async throws -> AdoptedIdeas {
    let reading = try await ScriptSource.read(campaign, by: runner, with: surroundings)
    var adoption = SweepAdoption(
      reading.settings(atFullScale: campaign.scale == .full), metrics: StudyMetrics.choose(reading.metrics, given: nil),
      template: campaign.template.name)
    for idea in ideas { adoption.take(idea) }
    return adoption.adopted
  }
}

/// Takes a person's ideas one by one, and compares each with those before it.
private struct SweepAdoption {
  private let settings: [ScriptReading.Setting]
  private let metric: ScriptReading.Metric?
  private let template: String
  private let words: StudyWords
  /// The number of the idea that asks for a study, by study.
  private var holders: [IdeaKey: Int] = [:]
  /// The values of each setting that are studied.
  private var known: [String: Set<String>] = [:]
  private(set) var adopted = AdoptedIdeas()

  init(_ settings: [ScriptReading.Setting], metrics: [ScriptReading.Metric], template: String) {
    self.settings = settings
    self.template = template
    metric = metrics.first
    words = StudyWords(settings)
  }

  mutating func take(_ proposed: ProposedIdea) {
    switch words.read(proposed) {
    case .nothing(let reason): adopted.refuse(proposed, reason)
    case .study(let name, let values):
      guard let setting = settings.first(where: { $0.name == name }) else { return }
      switch study(of: setting, values) {
      case .failure(let refusal): adopted.refuse(proposed, refusal.reason)
      case .success(let study): add(study, proposed)
      }
    }
  }

  private struct Refusal: Error { let reason: String }

  private func study(of setting: ScriptReading.Setting, _ values: [String]) -> Result<Study, Refusal> {
    let lists = values.isEmpty ? StudyValues.studies(of: setting) : [values]
    let studies = lists.map {
      Study(setting: setting.name, words: setting.words, baseline: setting.value, values: $0)
    }
    if let fresh = studies.first(where: { refusal($0) == nil }) { return .success(fresh) }
    if values.isEmpty {
      return .failure(
        Refusal(reason: "Earlier ideas have all values that a sweep would choose for \(setting.name). Give values."))
    }
    return .failure(Refusal(reason: studies.first.flatMap(refusal) ?? "\(setting.name) has no other value."))
  }

  /// Why a study would not be new; nil if it is.
  private func refusal(_ study: Study) -> String? {
    let key = key(study)
    if let holder = holders[key] { return "It asks for the same study of \(study.setting) as idea \(holder)." }
    guard study.canonicalValues.isSubset(of: known[study.setting] ?? []) else { return nil }
    return "Every value of \(study.setting) in it is that of an earlier idea. Give another value."
  }

  private func key(_ study: Study) -> IdeaKey {
    IdeaKey(
      template: template, subject: study.setting, identity: study.canonicalValues.sorted().joined(separator: "\n"))
  }

  private mutating func add(_ study: Study, _ proposed: ProposedIdea) {
    holders[key(study)] = proposed.number
    known[study.setting, default: []].formUnion(study.canonicalValues)
    var idea = IdeaWording.idea(study, measuring: metric, on: template)
    let name = Naming.identifier(proposed.name.split(separator: "-").joined(separator: "_"))
    if !name.isEmpty { idea.name = name }
    idea.title = proposed.title
    idea.experiment = proposed.experiment
    idea.interestingness = proposed.interestingness ?? idea.interestingness
    idea.feasibility = proposed.feasibility ?? idea.feasibility
    idea.novelty = proposed.novelty ?? idea.novelty
    adopted.add(idea)
  }
}
