/// Text in the form in which what was typeset is compared with what a PDF gives back. The two differ in white space,
/// dashes, quotation marks, ligatures, and in letters that a font borrows from another alphabet.
struct PrintedText {
  /// All characters but white space.
  private let strict: String
  /// Letters and digits only: hyphenation and accents that are drawn apart from their letter change the rest.
  private let loose: String
  private let hasLetters: Bool

  init(_ text: String) {
    var strict = String.UnicodeScalarView()
    var loose = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where !scalar.properties.isWhitespace {
      for plain in Self.plain(scalar) {
        strict.append(plain)
        if plain.properties.isAlphabetic || plain.properties.numericType != nil { loose.append(plain) }
      }
    }
    self.strict = String(strict)
    self.loose = String(loose)
    hasLetters = loose.contains { $0.properties.isAlphabetic }
  }

  /// Whether the other text stands in this one. Numbers must agree in every sign, texts in their letters and digits.
  func contains(_ other: PrintedText) -> Bool {
    strict.contains(other.strict) || (other.hasLetters && loose.contains(other.loose))
  }

  private static func plain(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    if let plain = LaTeXCharacters.raised[scalar] ?? LaTeXCharacters.lowered[scalar] ?? alike[scalar] {
      return Array(plain.unicodeScalars)
    }
    return [Decomposition.ofLetters[scalar]?.base ?? scalar]
  }

  private static let alike: [Unicode.Scalar: String] = {
    var alike: [Unicode.Scalar: String] = [
      "\u{ad}": "", "…": "...", "™": "TM", "ı": "i", "ȷ": "j", "µ": "μ", "ϵ": "ε", "ϕ": "φ", "ϑ": "θ", "ϱ": "ρ",
      "ϖ": "π",
      "ℝ": "R", "ℤ": "Z", "ℕ": "N", "∆": "Δ", "·": "⋅", "∗": "*", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl",
      "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "″": "''", "“": "''", "”": "''", "\"": "''", "`": "'",
    ]
    for dash in "−–‐‑—".unicodeScalars { alike[dash] = "-" }
    for quote in "‘’′´".unicodeScalars { alike[quote] = "'" }
    // Greek letters that LaTeX sets in the shape of their Latin twins.
    for (greek, latin) in zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο".unicodeScalars, "ABEZHIKMNOPTXo".unicodeScalars) {
      alike[greek] = String(Character(latin))
    }
    return alike
  }()
}
