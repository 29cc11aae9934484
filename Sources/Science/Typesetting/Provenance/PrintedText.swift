/// Text in a form in which typeset text can be compared with the text of a PDF. The two differ in white space, dashes,
/// superscripts, hyphenation, ligatures, and in letters that a font composes or borrows.
struct PrintedText {
  /// All characters but white space.
  private let strict: String
  /// Letters and digits of ASCII only.
  private let loose: String
  /// Runs of ASCII letters and digits.
  private let runs: [String]
  private let isNumber: Bool

  init(_ text: String) {
    var strict = String.UnicodeScalarView()
    var loose = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where !scalar.properties.isWhitespace {
      for plain in Self.plain(scalar) {
        strict.append(plain)
        if Self.isWord(plain) { loose.append(plain) }
      }
    }
    self.strict = String(strict)
    self.loose = String(loose)
    runs = text.unicodeScalars.split { !Self.isWord($0) }.map { String($0) }
    isNumber = strict.contains { ("0"..."9").contains($0) } && strict.allSatisfy { Self.ofNumbers.contains($0) }
  }

  /// Whether this text contains the other one. Numbers must agree in every sign and digit, texts in each run of ASCII
  /// letters and digits.
  func contains(_ other: PrintedText) -> Bool {
    other.isNumber ? strict.contains(other.strict) : other.runs.allSatisfy { loose.contains($0) }
  }

  private static let ofNumbers = Set("0123456789+-.,×%()[]".unicodeScalars)

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
  }

  private static func plain(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    if "−–‐‑—".unicodeScalars.contains(scalar) { return ["-"] }
    let plain = LaTeXCharacters.raised[scalar] ?? LaTeXCharacters.lowered[scalar] ?? ligatures[scalar]
    return plain.map { Array($0.unicodeScalars) } ?? [scalar]
  }

  private static let ligatures: [Unicode.Scalar: String] = [
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
  ]
}
