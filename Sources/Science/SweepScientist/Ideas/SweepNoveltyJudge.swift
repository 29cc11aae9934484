public import Literature
public import PaperModel
public import Roles

/// Judges whether an idea is new: a study by its setting and its values, any other idea by the words of its title, and
/// all of them by the titles of published works.
public struct SweepNoveltyJudge: NoveltyJudge {
  /// The share of common words from which two titles count as the same.
  static let sameWords = 0.8
  private static let scope =
    "Only ideas of this installation and the works that the search found were compared, not all literature."
  /// The most works that an idea is compared with.
  private static let mostWorks = 20
  private let literature: any LiteratureSearch

  public init(literature: any LiteratureSearch) { self.literature = literature }

  /// Takes no steps but those of the search.
  public func judge(
    _ idea: Idea, of campaign: CampaignDefinition, seen: [IndexedIdea], with surroundings: any Surroundings
  ) async throws -> NoveltyVerdict {
    let works = try await literature.works(near: idea.title, most: Self.mostWorks, with: surroundings)
    let names = seen.map(\.name) + works.map(\.key)
    let related = seen.filter { $0.key.subject == idea.study?.setting }
    if let study = idea.study, let reason = repetition(of: study, among: related) {
      return NoveltyVerdict(isNovel: false, reason: reason, comparedWith: names)
    }
    let others = seen.filter { idea.study == nil || $0.key.subject.isEmpty }
    for title in others.map(\.title) + works.map(\.title) {
      let share = Self.similarity(idea.title, title)
      guard share < Self.sameWords else {
        return NoveltyVerdict(
          isNovel: false, reason: "Its title has \(Int((share * 100).rounded())) % of the words of “\(title)”.",
          comparedWith: names)
      }
    }
    return NoveltyVerdict(isNovel: true, reason: reason(idea, hasRelated: !related.isEmpty), comparedWith: names)
  }

  /// Why a study repeats others of its setting; nil if it does not.
  private func repetition(of study: Study, among related: [IndexedIdea]) -> String? {
    let values = study.canonicalValues
    if let same = related.first(where: { $0.values == values }) {
      return "“\(same.title)” (\(same.campaign).\(same.ordinal)) already sets \(study.setting) to the same values."
    }
    let known = related.reduce(into: Set<String>()) { $0.formUnion($1.values) }
    guard values.isSubset(of: known) else { return nil }
    return "Every value of \(study.setting) in it was studied before, over several papers."
  }

  private func reason(_ idea: Idea, hasRelated: Bool) -> String {
    guard let study = idea.study else { return "No earlier idea has the same title. \(Self.scope)" }
    return hasRelated
      ? "Earlier studies vary \(study.setting) too, with other values. \(Self.scope)"
      : "No earlier study varies \(study.setting). \(Self.scope)"
  }

  /// The share of words that two titles have in common, of all their words.
  static func similarity(_ first: String, _ second: String) -> Double {
    let words = [first, second].map { Set($0.lowercased().split { !($0.isLetter || $0.isNumber) }) }
    let union = words[0].union(words[1])
    return union.isEmpty ? 1 : Double(words[0].intersection(words[1]).count) / Double(union.count)
  }
}
