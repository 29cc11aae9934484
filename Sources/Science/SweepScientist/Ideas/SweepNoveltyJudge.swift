public import PaperModel
public import Roles

/// Judges whether an idea is new: a study by its setting and its values, any other idea by the words of its title.
public struct SweepNoveltyJudge: NoveltyJudge {
  /// The share of common words from which two titles count as the same.
  static let sameWords = 0.8
  private static let scope = "Only ideas of this installation were compared, not the literature."

  public init() {}

  /// Takes no step: a judgement costs nothing.
  public func judge(
    _ idea: Idea, of campaign: CampaignDefinition, seen: [IndexedIdea], with surroundings: any Surroundings
  ) async throws -> NoveltyVerdict {
    let names = seen.map(\.name)
    let related = seen.filter { $0.key.subject == idea.study?.setting }
    if let study = idea.study, let reason = repetition(of: study, among: related) {
      return NoveltyVerdict(isNovel: false, reason: reason, comparedWith: names)
    }
    for other in seen where idea.study == nil || other.key.subject.isEmpty {
      let share = Self.similarity(idea.title, other.title)
      guard share < Self.sameWords else {
        return NoveltyVerdict(
          isNovel: false, reason: "Its title has \(Int((share * 100).rounded())) % of the words of “\(other.title)”.",
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
