/// The index of all ideas of an installation, by template and study, written with put-if-absent: if two campaigns
/// settle on one study at the same time, one gets it, and both learn which. Every implementation passes the same
/// conformance suite.
///
/// A reservation is permanent: one whose campaign ended before it opened the paper stays.
public protocol IdeaIndex: Sendable {
  /// Reserves an idea's study for its campaign, durably before it returns, unless it is reserved already. May be
  /// repeated.
  /// - Parameter atMicroseconds: when the idea was made; nil for now.
  /// - Returns: the reservation that holds, the campaign's own or another's.
  /// - Throws: `Failure` that names the place and says what to do.
  func reserve(_ idea: IndexedIdea, atMicroseconds: Int64?) async throws -> IndexedIdea

  /// Ideas on a template, each in exactly one page, in no particular order.
  /// - Parameters:
  ///   - subject: only studies of this setting; empty: only ideas that are no studies; nil: all.
  ///   - page: the start of the page, from the page before; nil for the first.
  ///   - limit: the most ideas of a page, from 1 to 1,000.
  func ideas(on template: String, subject: String?, from page: String?, limit: Int) async throws -> IdeaPage

  /// Whether the index has the ideas of journals that are older than the index.
  func isComplete() async throws -> Bool

  /// Records, durably, that it has them.
  func markComplete() async throws
}

/// Some of the ideas on a template.
public struct IdeaPage: Sendable, Hashable {
  public let ideas: [IndexedIdea]
  /// The start of the next page; nil after the last.
  public let next: String?

  public init(ideas: [IndexedIdea], next: String?) {
    self.ideas = ideas
    self.next = next
  }
}

extension IdeaIndex {
  /// Reserves an idea now.
  public func reserve(_ idea: IndexedIdea) async throws -> IndexedIdea {
    try await reserve(idea, atMicroseconds: nil)
  }

  /// The first ideas on a template, at most `most` of them.
  public func ideas(on template: String, subject: String? = nil, most: Int) async throws -> [IndexedIdea] {
    var found: [IndexedIdea] = []
    var page: String?
    repeat {
      let next = try await ideas(on: template, subject: subject, from: page, limit: min(1000, most - found.count))
      found += next.ideas
      page = next.next
    } while page != nil && found.count < most
    return found
  }
}
