/// Finds numbers in text that no claim covers.
enum DigitScan {
  /// Whether a character is a digit or a number in any script: `7`, `²`, `½`, `٣`.
  static func isDigit(_ character: Character) -> Bool { character.isNumber }

  /// The words with digits in a text, without those that lie within an allowed phrase.
  /// - Parameter isCode: in code, digits that follow a letter or `_` belong to a name, as in `run_1`.
  static func literals(in text: String, allowed: [String], isCode: Bool = false) -> [String] {
    let text = normalized(text)
    guard text.contains(where: isDigit) else { return [] }
    var isAllowed = [Bool](repeating: false, count: text.count)
    let characters = Array(text)
    for phrase in allowed.map({ Array(normalized($0)) }) where !phrase.isEmpty {
      for start in occurrences(of: phrase, in: characters) {
        for index in start..<start + phrase.count { isAllowed[index] = true }
      }
    }
    var found: [String] = []
    var index = 0
    while index < characters.count {
      guard isDigit(characters[index]), !isAllowed[index] else {
        index += 1
        continue
      }
      if isCode, index > 0, isNamePart(characters[index - 1]) {
        index += 1
        continue
      }
      var end = index
      while end < characters.count, !characters[end].isWhitespace { end += 1 }
      var start = index
      while start > 0, !characters[start - 1].isWhitespace { start -= 1 }
      found.append(String(characters[start..<end]))
      index = end
    }
    return found
  }

  private static func isNamePart(_ character: Character) -> Bool {
    // The mark stands for letters that the fonts lack.
    character.isLetter || character == "_" || character == LaTeXText.mark || isDigit(character)
  }

  /// The positions of a phrase as whole words and whole numbers, so that `5% gain` does not allow `1.5% gain`.
  private static func occurrences(of phrase: [Character], in text: [Character]) -> [Int] {
    guard phrase.count <= text.count else { return [] }
    return (0...text.count - phrase.count).filter { start in
      let end = start + phrase.count
      guard text[start] == phrase[0], text[start..<end] == phrase[...] else { return false }
      return !goesOn(from: phrase[0], into: text[..<start].reversed())
        && !goesOn(from: phrase[phrase.count - 1], into: Array(text[end...].prefix(2)))
    }
  }

  /// Whether a word or a number at the end of a phrase continues into its neighbours, the nearest first.
  private static func goesOn(from edge: Character, into neighbours: [Character]) -> Bool {
    guard let next = neighbours.first, edge.isLetter || isDigit(edge) else { return false }
    if next.isLetter || isDigit(next) { return true }
    guard isDigit(edge) else { return false }
    let isJoined = neighbours.count > 1 && isDigit(neighbours[1])
    return (".,".contains(next) && isJoined) || "-−–+±".contains(next)
  }

  /// Replaces any run of white space, no-break and thin spaces included, by one space.
  static func normalized(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
