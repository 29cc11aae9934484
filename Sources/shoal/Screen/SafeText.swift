/// Makes text from models, experiments and files safe for a terminal: nothing in it moves the cursor, changes colours
/// or changes the direction of writing.
enum SafeText {
  /// The text with U+FFFD in place of each unsafe character; line breaks and tabs stay.
  static func shown(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { shown.append(isUnsafe(scalar) ? "\u{fffd}" : scalar) }
    return String(shown)
  }

  /// A JSON document with each unsafe character as its escape. Such characters occur only in strings, so programs read
  /// the same document.
  static func escaped(json: String) -> String {
    guard json.unicodeScalars.contains(where: isUnsafe) else { return json }
    var escaped = ""
    for scalar in json.unicodeScalars {
      guard isUnsafe(scalar) else {
        escaped.unicodeScalars.append(scalar)
        continue
      }
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return escaped
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "\n" || scalar == "\t" { return false }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return true
    // Joiners belong to the spelling of words in some scripts, and soft hyphens are invisible.
    case .format: return !["\u{200c}", "\u{200d}", "\u{ad}"].contains(scalar)
    default: return false
    }
  }
}
