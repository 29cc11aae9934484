/// A review in the fields of the NeurIPS form; v1's tools can read its JSON.
public struct Review: Codable, Hashable, Sendable {
  /// A summary of the paper.
  public var summary: String
  /// Strengths, a sentence each.
  public var strengths: [String]
  /// Weaknesses, a sentence each.
  public var weaknesses: [String]
  /// 1 to 4.
  public var originality: Int
  /// 1 to 4.
  public var quality: Int
  /// 1 to 4.
  public var clarity: Int
  /// 1 to 4.
  public var significance: Int
  /// Questions to the authors.
  public var questions: [String]
  /// Remarks on limitations and impact, a sentence each.
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
  /// The checklist behind the scores; empty if the reviewer uses none.
  public var checklist: [ChecklistItem]

  /// One checked property of a paper.
  public struct ChecklistItem: Codable, Hashable, Sendable {
    /// The property, e.g. `seeds`.
    public var name: String
    /// Whether it holds; nil if it could not be checked.
    public var holds: Bool?
    /// The finding behind it.
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

/// The outcome of the revision: the better of two versions.
public struct Revision: Codable, Hashable, Sendable {
  public var manuscript: Manuscript
  public var review: Review
  /// Whether the revised version is kept.
  public var isRevised: Bool
  /// Why this version is kept, and what was changed.
  public var reason: String

  public init(manuscript: Manuscript, review: Review, isRevised: Bool, reason: String) {
    self.manuscript = manuscript
    self.review = review
    self.isRevised = isRevised
    self.reason = reason
  }
}
