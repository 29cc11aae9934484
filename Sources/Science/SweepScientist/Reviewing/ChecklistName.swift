/// The names of checklist items, shared by author and reviewer.
enum ChecklistName {
  static let baseline = "baseline"
  static let sameConditions = "same conditions"
  static let oneFactor = "one factor"
  static let seeds = "seeds"
  static let intervals = "intervals"
  static let numbers = "numbers from artifacts"
  static let numbersOnPages = "numbers on the pages"
  static let failures = "failed runs"
  static let limitations = "limitations"
  static let reproducibility = "reproducibility"
  static let references = "references"
  static let figures = "figures"
  static let seedsShown = "single values shown"
  static let layout = "layout"
  static let length = "length"

  /// The items behind the score for soundness.
  static let ofSoundness: Set<String> = [
    baseline, sameConditions, oneFactor, seeds, intervals, numbers, numbersOnPages, failures,
  ]
  /// The items behind the score for presentation.
  static let ofPresentation: Set<String> = [
    limitations, reproducibility, references, figures, seedsShown, layout, length,
  ]
}
