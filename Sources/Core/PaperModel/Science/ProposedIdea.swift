/// An idea in a person's own words, with v1's fields, as read from a file.
public struct ProposedIdea: Hashable, Sendable, Codable {
  /// Its number in the file, from 1.
  public var number: Int
  /// The line of the file where it begins, from 1.
  public var line: Int
  public var name: String
  public var title: String
  /// The experiment as text.
  public var experiment: String
  /// 1 to 10; nil if the file does not say.
  public var interestingness: Int?
  /// 1 to 10; nil if the file does not say.
  public var feasibility: Int?
  /// 1 to 10; nil if the file does not say.
  public var novelty: Int?

  public init(
    number: Int, line: Int, name: String, title: String, experiment: String, interestingness: Int? = nil,
    feasibility: Int? = nil, novelty: Int? = nil
  ) {
    self.number = number
    self.line = line
    self.name = name
    self.title = title
    self.experiment = experiment
    self.interestingness = interestingness
    self.feasibility = feasibility
    self.novelty = novelty
  }
}

/// A proposed idea that is not taken, and the reason.
public struct RefusedIdea: Hashable, Sendable, Codable {
  public let number: Int
  public let line: Int
  /// Nil if the file has no readable one.
  public let name: String?
  /// A sentence that says what is wrong and what to do.
  public let reason: String

  public init(number: Int, line: Int, name: String?, reason: String) {
    self.number = number
    self.line = line
    self.name = name
    self.reason = reason
  }

  public init(_ idea: ProposedIdea, _ reason: String) {
    self.init(number: idea.number, line: idea.line, name: idea.name, reason: reason)
  }
}
