internal import ExperimentTemplates
internal import PaperModel
internal import Studies

/// Finds the one-factor study that an idea in a person's words asks for: the one setting that it names, and the values
/// that follow the name.
struct StudyWords {
  static let mostValues = 8

  /// What the words ask for.
  enum Finding: Equatable {
    /// A setting, with its values as Python writes them; empty if the words give none.
    case study(setting: String, values: [String])
    /// Why there is no study in the words.
    case nothing(String)
  }

  private let settings: [ScriptReading.Setting]
  private let phrases: [(words: [String], setting: Int)]

  init(_ settings: [ScriptReading.Setting]) {
    self.settings = settings
    phrases = settings.enumerated().flatMap { index, setting in
      Self.spellings(setting.name).map { (words: $0, setting: index) }
    }.sorted { $0.words.count > $1.words.count }
  }

  func read(_ idea: ProposedIdea) -> Finding {
    for text in [idea.experiment, idea.title, idea.name] {
      let tokens = WordToken.tokens(of: text)
      let mentions = mentions(in: tokens)
      if !mentions.isEmpty { return decide(mentions, tokens) }
    }
    let known = settings.filter { $0.hasPlainValues && !$0.isBookkeeping }.map(\.name)
    guard !known.isEmpty else { return .nothing("experiment.py has no setting that a study could change.") }
    let list = known.prefix(12).joined(separator: ", ") + (known.count > 12 ? ", …" : "")
    return .nothing("It names no setting of experiment.py. Name one in Experiment: \(list).")
  }

  private struct Mention {
    let setting: ScriptReading.Setting
    /// The index of the token after the name.
    let end: Int
  }

  /// The ways in which text may write a setting's name: as it is, with spaces, and with its abbreviations spelled out.
  private static func spellings(_ name: String) -> [[String]] {
    let own = name.lowercased()
    let words = own.split(separator: "_").map(String.init)
    let spoken = Naming.words(name).split(separator: " ").map(String.init)
    return Array(Set([[own], words, spoken].filter { !$0.isEmpty }))
  }

  private func mentions(in tokens: [WordToken]) -> [Mention] {
    var found: [Mention] = []
    var place = 0
    while place < tokens.count {
      let match = phrases.first { isMatch($0.words, at: place, in: tokens) }
      if let match { found.append(Mention(setting: settings[match.setting], end: place + match.words.count)) }
      place += match?.words.count ?? 1
    }
    return found
  }

  private func isMatch(_ phrase: [String], at place: Int, in tokens: [WordToken]) -> Bool {
    guard place + phrase.count <= tokens.count else { return false }
    for (offset, word) in phrase.enumerated() {
      guard case .word(let found) = tokens[place + offset] else { return false }
      let isLast = offset == phrase.count - 1
      guard found == word || (isLast && word.count > 2 && found == word + "s") else { return false }
    }
    // `a` and `p` are words too; they count as names only in front of values.
    guard phrase.count == 1, phrase[0].count == 1 else { return true }
    return !numbers(after: place + 1, in: tokens).isEmpty
  }

  private func decide(_ mentions: [Mention], _ tokens: [WordToken]) -> Finding {
    let studied = mentions.filter { $0.setting.hasPlainValues && !$0.setting.isBookkeeping }
    guard let first = studied.first else {
      return .nothing(unstudied(mentions[0].setting))
    }
    var names = unique(studied.map(\.setting.name))
    if names.count > 1 {
      let valued = unique(studied.filter { !values(behind: $0, tokens).isEmpty }.map(\.setting.name))
      // Words about the budget are seldom the subject: `train for 100 steps`.
      let subjects = names.filter { !SettingInterest.isBudget($0) }
      if valued.count == 1 { names = valued } else if subjects.count == 1 { names = subjects }
    }
    guard names.count == 1 else {
      return .nothing(
        "It names \(Naming.list(names)), and a study varies one setting. "
          + "Name one in Experiment, or give values for one."
      )
    }
    let own = studied.filter { $0.setting.name == names[0] }
    let written = own.lazy.map { values(behind: $0, tokens) }.first { !$0.isEmpty } ?? []
    return finding((own.first ?? first).setting, written)
  }

  private func unstudied(_ setting: ScriptReading.Setting) -> String {
    if setting.isBookkeeping {
      return "It names \(setting.name), which says how something is measured and is not studied. "
        + "Name a setting that changes what is computed."
    }
    return "It names \(setting.name), whose values no study can vary: experiment.py lists no choices for it."
  }

  private func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  /// The values that follow a mention.
  private func values(behind mention: Mention, _ tokens: [WordToken]) -> [String] {
    switch mention.setting.kind {
    case .integer, .number: numbers(after: mention.end, in: tokens)
    case .text: choices(of: mention.setting, after: mention.end, in: tokens)
    case .boolean, .sequence: []
    }
  }

  private static let between: Set<String> = [
    "to", "at", "of", "over", "in", "from", "value", "values", "the", "as", "among", "between", "set", "is", "are",
    "equal", "equals", "and", "or", "with", "be", "such", "like", "namely", "including", "level", "levels", "vs",
    "versus", "=", ":", "(", ")", "[", "]", "{", "}", ",", ";", "/", "&", "∈", "`",
  ]
  /// Words after a number that show that it counts something and is no value.
  private static let counted: Set<String> = [
    "seed", "seeds", "run", "runs", "step", "steps", "epoch", "epochs", "times", "repetition", "repetitions", "value",
    "values", "level", "levels", "settings", "trials", "replicates", "different", "random", "more", "other",
    "experiments", "percent", "%", "x",
  ]

  private func numbers(after start: Int, in tokens: [WordToken]) -> [String] {
    var found: [String] = []
    var place = skippedMeaning(start, tokens)
    scan: while place < tokens.count {
      switch tokens[place] {
      case .number(let number):
        let next = place + 1 < tokens.count ? tokens[place + 1].text : nil
        if let next, Self.counted.contains(next) { break scan }
        found.append(number)
      case .word(let word) where Self.between.contains(word): break
      case .mark(let mark) where Self.between.contains(mark): break
      default: break scan
      }
      place += 1
    }
    return found
  }

  private func choices(of setting: ScriptReading.Setting, after start: Int, in tokens: [WordToken]) -> [String] {
    var found: [String] = []
    for token in tokens[min(start, tokens.count)...] {
      if case .mark(".") = token { break }
      if let choice = setting.choices.first(where: { $0.lowercased() == token.text }) { found.append(choice) }
      if case .word("instead") = token { break }
    }
    return found
  }

  /// A name may be followed by its meaning in brackets: `weight decay (decoupled) to 0.5`.
  private func skippedMeaning(_ start: Int, _ tokens: [WordToken]) -> Int {
    guard start < tokens.count, tokens[start] == .mark("("),
      let end = tokens[start...].firstIndex(of: .mark(")")),
      case .word(let first)? = tokens[start...end].dropFirst().first, !Self.between.contains(first)
    else { return start }
    return end + 1
  }

  private func finding(_ setting: ScriptReading.Setting, _ written: [String]) -> Finding {
    var values: [String] = []
    for text in written {
      guard let value = Self.spelled(text, for: setting) else {
        return .nothing("\(setting.name) is a whole number in experiment.py, and \(text) is none.")
      }
      let canonical = Study.canonical(value)
      if canonical != Study.canonical(setting.value), !values.map(Study.canonical).contains(canonical) {
        values.append(value)
      }
    }
    if !written.isEmpty, values.isEmpty {
      return .nothing("\(setting.name) has the value \(Naming.value(setting.value)) already. Give another one.")
    }
    guard values.count <= Self.mostValues else {
      return .nothing("It gives \(values.count) values for \(setting.name); a study takes \(Self.mostValues).")
    }
    return .study(setting: setting.name, values: values)
  }

  private static func spelled(_ text: String, for setting: ScriptReading.Setting) -> String? {
    switch setting.kind {
    case .integer:
      guard let number = Double(text), number == number.rounded(), abs(number) < 1e15 else { return nil }
      return String(Int(number))
    case .number: return Double(text).flatMap { $0.isFinite ? "\($0)" : nil }
    case .text:
      let quote: Character = setting.value.first == "'" ? "'" : "\""
      return "\(quote)\(text)\(quote)"
    case .boolean, .sequence: return nil
    }
  }
}
