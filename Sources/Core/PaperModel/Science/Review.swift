/// A review in the fields of the NeurIPS form; its JSON is read by v1's tools.
public struct Review: Codable, Hashable, Sendable {
  /// What the paper does.
  public var summary: String
  /// What is good, a sentence each.
  public var strengths: [String]
  /// What is bad, a sentence each.
  public var weaknesses: [String]
  /// 1 to 4.
  public var originality: Int
  /// 1 to 4.
  public var quality: Int
  /// 1 to 4.
  public var clarity: Int
  /// 1 to 4.
  public var significance: Int
  /// What the authors should answer.
  public var questions: [String]
  /// Whether limits and impact are addressed, a sentence each.
  public var limitations: [String]
  /// Whether there is an ethical concern.
  public var ethicalConcerns: Bool
  /// 1 to 4.
  public var soundness: Int
  /// 1 to 4.
  public var presentation: Int
  /// 1 to 4.
  public var contribution: Int
  /// 1 to 10.
  public var overall: Int
  /// 1 to 5.
  public var confidence: Int
  /// `Accept` or `Reject`.
  public var decision: String
  /// The checklist behind the scores; empty where a reviewer has none.
  public var checklist: [ChecklistItem]

  /// One thing that was looked at.
  public struct ChecklistItem: Codable, Hashable, Sendable {
    /// What was looked at, e.g. `seeds`.
    public var name: String
    /// Whether it is as it should be; nil where it could not be seen.
    public var holds: Bool?
    /// Why, with what was found.
    public var reason: String

    public init(name: String, holds: Bool?, reason: String) {
      self.name = name
      self.holds = holds
      self.reason = reason
    }
  }

  enum CodingKeys: String, CodingKey {
    case summary = "Summary"
    case strengths = "Strengths"
    case weaknesses = "Weaknesses"
    case originality = "Originality"
    case quality = "Quality"
    case clarity = "Clarity"
    case significance = "Significance"
    case questions = "Questions"
    case limitations = "Limitations"
    case ethicalConcerns = "Ethical Concerns"
    case soundness = "Soundness"
    case presentation = "Presentation"
    case contribution = "Contribution"
    case overall = "Overall"
    case confidence = "Confidence"
    case decision = "Decision"
    case checklist = "Checklist"
  }

  public init(
    summary: String, strengths: [String], weaknesses: [String], originality: Int, quality: Int, clarity: Int,
    significance: Int, questions: [String], limitations: [String], ethicalConcerns: Bool, soundness: Int,
    presentation: Int, contribution: Int, overall: Int, confidence: Int, decision: String, checklist: [ChecklistItem]
  ) {
    self.summary = summary
    self.strengths = strengths
    self.weaknesses = weaknesses
    self.originality = originality
    self.quality = quality
    self.clarity = clarity
    self.significance = significance
    self.questions = questions
    self.limitations = limitations
    self.ethicalConcerns = ethicalConcerns
    self.soundness = soundness
    self.presentation = presentation
    self.contribution = contribution
    self.overall = overall
    self.confidence = confidence
    self.decision = decision
    self.checklist = checklist
  }
}

/// What the revision came to: of two versions the better one.
public struct Revision: Codable, Hashable, Sendable {
  /// The manuscript that is kept.
  public var manuscript: Manuscript
  public var review: Review
  /// Whether the revised version is the one that is kept.
  public var isRevised: Bool
  /// Why this version, and what was changed.
  public var reason: String

  public init(manuscript: Manuscript, review: Review, isRevised: Bool, reason: String) {
    self.manuscript = manuscript
    self.review = review
    self.isRevised = isRevised
    self.reason = reason
  }
}
