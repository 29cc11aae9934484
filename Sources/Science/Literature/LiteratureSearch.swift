public import PaperModel

/// Finds works that others have published: those that an idea may repeat, and those that a paper may cite.
public protocol LiteratureSearch: Sendable {
  /// The works whose titles are nearest to some words, the nearest first.
  /// - Parameters:
  ///   - words: a title or a question.
  ///   - most: the most works to return, at least 1.
  /// - Returns: works without doubles; empty if nothing is near.
  /// - Throws: `Failure` if the search can't be reached; the errors of the surroundings.
  func works(near words: String, most: Int, with surroundings: any Surroundings) async throws -> [Reference]
}

/// A search among these works alone. It takes no step.
extension Bibliography: LiteratureSearch {
  public func works(
    near words: String, most: Int, with surroundings: any Surroundings
  ) async throws -> [Reference] {
    let wanted = Self.words(words)
    let ranked = references.map { (work: $0, common: Self.words($0.title).intersection(wanted).count) }
      .filter { $0.common > 0 }.sorted { ($1.common, $0.work.key) < ($0.common, $1.work.key) }
    return ranked.prefix(most).map(\.work)
  }

  private static func words(_ text: String) -> Set<Substring> {
    Set(text.lowercased().split { !($0.isLetter || $0.isNumber) })
  }
}
