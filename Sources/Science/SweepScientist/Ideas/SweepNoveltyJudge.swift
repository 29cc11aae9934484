public import PaperModel
public import Roles
internal import Studies

/// Judges whether an idea is new among those that are known: by the identity of studies, and by their words.
public struct SweepNoveltyJudge: NoveltyJudge {
  /// The share of common words from which two ideas count as the same.
  static let sameWords = 0.8

  public init() {}

  /// Compares an idea with all others seen. Needs no step: it costs nothing.
  public func judge(
    _ idea: Idea, of campaign: CampaignDefinition, seen: [Idea], with surroundings: any Surroundings
  ) async throws -> NoveltyVerdict {
    let names = seen.map(\.name)
    if let study = idea.study {
      let related = seen.filter { $0.study?.setting == study.setting }
      if let verdict = repeated(study, among: related, comparedWith: names) { return verdict }
    }
    for other in seen where idea.study == nil || other.study == nil {
      let share = Self.similarity(idea, other)
      guard share < Self.sameWords else {
        return NoveltyVerdict(
          isNovel: false,
          reason: "Its words are those of «\(other.title)» to \(Int((share * 100).rounded())) %.", comparedWith: names)
      }
    }
    return NoveltyVerdict(isNovel: true, reason: reason(idea, seen), comparedWith: names)
  }

  private func repeated(_ study: Study, among related: [Idea], comparedWith names: [String]) -> NoveltyVerdict? {
    if let same = related.first(where: { $0.study.map(StudyIdentity.init) == StudyIdentity(study) }) {
      return NoveltyVerdict(
        isNovel: false, reason: "«\(same.title)» already sets \(study.setting) to the same values.",
        comparedWith: names)
    }
    let known = related.reduce(into: Set<String>()) { known, other in
      if let values = other.study.map(StudyIdentity.init)?.values { known.formUnion(values) }
    }
    guard StudyIdentity(study).values.isSubset(of: known) else { return nil }
    return NoveltyVerdict(
      isNovel: false, reason: "Every value of \(study.setting) in it was studied before, over several papers.",
      comparedWith: names)
  }

  private func reason(_ idea: Idea, _ seen: [Idea]) -> String {
    guard let study = idea.study else {
      return "None of the \(seen.count) ideas seen before has the same words."
    }
    let related = seen.filter { $0.study?.setting == study.setting }
    let scope = "Only ideas of this installation were compared, not the literature."
    if related.isEmpty {
      return "None of the \(seen.count) ideas seen before varies \(study.setting). \(scope)"
    }
    let times = Naming.count(related.count)
    return "\(Naming.title(times)) earlier stud\(related.count == 1 ? "y varies" : "ies vary") \(study.setting), with "
      + "other values. \(scope)"
  }

  /// The share of words that two ideas have in common, of all their words.
  static func similarity(_ first: Idea, _ second: Idea) -> Double {
    let words = [first, second].map { idea in
      Set(
        "\(idea.title) \(idea.question) \(idea.experiment)".lowercased()
          .split { !($0.isLetter || $0.isNumber) }.map(String.init))
    }
    let union = words[0].union(words[1])
    return union.isEmpty ? 1 : Double(words[0].intersection(words[1]).count) / Double(union.count)
  }
}
