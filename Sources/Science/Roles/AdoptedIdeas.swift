public import PaperModel

/// Which of a person's ideas a scientist can carry out.
public struct AdoptedIdeas: Sendable, Hashable {
  /// In the order of the file.
  public private(set) var ideas: [Idea] = []
  public private(set) var refused: [RefusedIdea] = []

  public init() {}

  public mutating func add(_ idea: Idea) { ideas.append(idea) }

  public mutating func refuse(_ idea: ProposedIdea, _ reason: String) { refused.append(RefusedIdea(idea, reason)) }
}
