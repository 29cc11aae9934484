internal import PaperModel
internal import Studies

/// Turns a checklist into scores, by a rule that the review states.
struct Scoring {
  let items: [Review.ChecklistItem]
  let evidence: Evidence

  /// The rule in words.
  static let rule = """
    Scores follow from the checklist: soundness and presentation are 1 plus three times the share of their items that \
    hold, at most 3 where something could not be seen; soundness is 1 where a number is false. Contribution is 2 for a \
    question that was answered, 3 with an effect and five or more seeds, 1 otherwise. Overall is their sum less five.
    """

  var soundness: Int {
    let isFalse = { (name: String) in items.contains { $0.name == name && $0.holds == false } }
    if isFalse(ChecklistName.numbers) || isFalse(ChecklistName.numbersOnPages) { return 1 }
    return score(ChecklistName.ofSoundness)
  }

  var presentation: Int { score(ChecklistName.ofPresentation) }

  /// The contribution score: a study that answers one question adds little, and a paper whose runs can't be seen is not
  /// judged higher.
  var contribution: Int {
    guard let analysis = evidence.runs?.analysis else { return 2 }
    switch analysis.finding {
    case .effect, .mixed: return analysis.seeds >= 5 ? 3 : 2
    case .noEffectFound: return analysis.identical.count == analysis.rows.count ? 1 : 2
    }
  }

  var originality: Int {
    guard let runs = evidence.runs else { return 2 }
    return runs.novelty.isNovel ? 2 : 1
  }

  var overall: Int {
    let sum = max(1, min(10, soundness + presentation + contribution - 5))
    return soundness == 1 ? min(sum, 2) : sum
  }

  /// The reviewer's confidence: lower if the runs can't be seen.
  var confidence: Int { evidence.runs == nil ? 2 : 4 }

  var decision: String { overall >= 6 ? "Accept" : "Reject" }

  private func score(_ names: Set<String>) -> Int {
    let chosen = items.filter { names.contains($0.name) }
    let seen = chosen.filter { $0.holds != nil }
    guard !seen.isEmpty else { return 1 }
    let share = Double(seen.count { $0.holds == true }) / Double(seen.count)
    let score = 1 + Int((3 * share).rounded(.down))
    return seen.count < chosen.count ? min(3, score) : score
  }
}
