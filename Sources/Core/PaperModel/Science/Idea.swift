/// A research idea: v1's fields, and the study that it asks for.
public struct Idea: Codable, Hashable, Sendable {
  /// A short name: lower-case letters, digits and underscores.
  public var name: String
  /// The title of the paper.
  public var title: String
  /// The question that the paper answers, one sentence.
  public var question: String
  /// The experiment as text.
  public var experiment: String
  /// 1 to 10.
  public var interestingness: Int
  /// 1 to 10.
  public var feasibility: Int
  /// 1 to 10.
  public var novelty: Int
  /// The one-factor study, if the idea is one.
  public var study: Study?

  public init(
    name: String, title: String, question: String, experiment: String, interestingness: Int, feasibility: Int,
    novelty: Int, study: Study? = nil
  ) {
    self.name = name
    self.title = title
    self.question = question
    self.experiment = experiment
    self.interestingness = interestingness
    self.feasibility = feasibility
    self.novelty = novelty
    self.study = study
  }
}

/// One setting of a template's source, varied over some values while everything else stays the same.
public struct Study: Codable, Hashable, Sendable {
  /// The name in the source, e.g. `weight_decay`.
  public var setting: String
  /// The source's own description of it, e.g. `decoupled weight decay`.
  public var words: String
  /// The baseline's value in Python syntax.
  public var baseline: String
  /// The other values in Python syntax.
  public var values: [String]

  public init(setting: String, words: String, baseline: String, values: [String]) {
    self.setting = setting
    self.words = words
    self.baseline = baseline
    self.values = values
  }
}

/// The result of a campaign's ideation.
public struct IdeaBatch: Codable, Hashable, Sendable {
  /// The ideas, one for each paper.
  public var ideas: [Idea]
  /// The baseline that they build on.
  public var baseline: RunResult

  public init(ideas: [Idea], baseline: RunResult) {
    self.ideas = ideas
    self.baseline = baseline
  }
}

/// The result of the novelty check.
public struct NoveltyVerdict: Codable, Hashable, Sendable {
  /// Whether the idea is new, so that the paper continues.
  public var isNovel: Bool
  public var reason: String
  /// The ideas that it was compared with by name, and the published works by key.
  public var comparedWith: [String]

  public init(isNovel: Bool, reason: String, comparedWith: [String]) {
    self.isNovel = isNovel
    self.reason = reason
    self.comparedWith = comparedWith
  }
}
