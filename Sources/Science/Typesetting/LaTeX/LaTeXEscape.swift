import PaperModel

/// Escapes one text for LaTeX.
struct LaTeXEscape {
  let isCode: Bool
  let place: String
  private var output = ""
  private var previous: Unicode.Scalar = " "

  init(isCode: Bool, place: String) {
    self.isCode = isCode
    self.place = place
  }

  mutating func escape(_ text: String) throws(Failure) -> String {
    guard text.utf8.count <= 262_144 else {
      throw Failure(kind: "untypesettable", "A text in \(place) has more than 256 KiB; cut it.")
    }
    output.reserveCapacity(text.utf8.count * 2)
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      let mark = index + 1 < scalars.count ? scalars[index + 1] : nil
      if let mark, let accent = LaTeXCharacters.accents[mark] {
        try append(base: scalar, accent: accent, mark: mark)
        index += 2
      } else if let run = script(scalars, from: index) {
        output += run.latex
        index = run.end
      } else {
        try append(scalar)
        index += 1
      }
      previous = scalars[index - 1]
    }
    return output
  }

  private mutating func append(_ scalar: Unicode.Scalar) throws(Failure) {
    if scalar.isASCII { return try append(ascii: scalar) }
    if scalar.properties.isWhitespace, scalar != "\u{a0}", LaTeXCharacters.commands[scalar] == nil {
      return appendSpace()
    }
    if let command = LaTeXCharacters.commands[scalar] ?? LaTeXCharacters.letters[scalar] {
      output += command
    } else if let command = LaTeXCharacters.mathematics[scalar] {
      output += "\\ensuremath{\(command)}"
    } else if let parts = Decomposition.ofLetters[scalar], let accent = LaTeXCharacters.accents[parts.mark] {
      try append(base: parts.base, accent: accent, mark: parts.mark)
    } else {
      throw refusal(of: scalar)
    }
  }

  private mutating func append(ascii scalar: Unicode.Scalar) throws(Failure) {
    switch scalar {
    case " ", "\t", "\n", "\r", "\u{b}", "\u{c}": appendSpace()
    case "\"" where isCode: output += "\\textquotedbl{}"
    case "\"": output += opensQuote ? "\\textquotedblleft{}" : "\\textquotedblright{}"
    case "'" where isCode: output += "\\textquotesingle{}"
    case "'": output += opensQuote ? "\\textquoteleft{}" : "\\textquoteright{}"
    case "-" where previous == "-", "," where previous == ",": output += "{}\(scalar)"
    case "_" where isCode, "/" where isCode, "." where isCode, "," where isCode:
      output += (LaTeXCharacters.special[scalar] ?? String(scalar)) + "\\allowbreak{}"
    default:
      if let command = LaTeXCharacters.special[scalar] {
        output += command
      } else if LaTeXCharacters.isHidden(scalar) {
        throw refusal(of: scalar)
      } else {
        output.unicodeScalars.append(scalar)
      }
    }
  }

  private mutating func appendSpace() {
    if isCode {
      output += "\\ "
    } else if !output.hasSuffix(" ") {
      output += " "
    }
  }

  private var opensQuote: Bool {
    previous.properties.isWhitespace || "([{–—/-“‘\"'".unicodeScalars.contains(previous)
  }

  private mutating func append(
    base: Unicode.Scalar, accent: String, mark: Unicode.Scalar
  ) throws(Failure) {
    guard base.isASCII, base.properties.isAlphabetic else { throw refusal(of: mark) }
    let base = base == "i" ? "\\i" : base == "j" ? "\\j" : String(base)
    output += "\(accent){\(base)}"
  }

  /// A run of superscript or subscript characters.
  private func script(_ scalars: [Unicode.Scalar], from start: Int) -> (latex: String, end: Int)? {
    for (table, command) in [
      (LaTeXCharacters.raised, "\\shoalsuper"), (LaTeXCharacters.lowered, "\\shoalsub"),
    ] where table[scalars[start]] != nil {
      var end = start
      var text = ""
      while end < scalars.count, let plain = table[scalars[end]] {
        text += plain
        end += 1
      }
      return ("\(command){\(text)}", end)
    }
    return nil
  }

  private func refusal(of scalar: Unicode.Scalar) -> Failure {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let name = scalar.properties.name.map { " (\($0))" } ?? ""
    let isHidden = LaTeXCharacters.isHidden(scalar)
    let shown = isHidden ? "" : "“\(scalar)” "
    return Failure(
      kind: "untypesettable",
      "The character \(shown)\(code)\(name) in \(place) "
        + (isHidden
          ? "is a control or hidden character, which a paper must not have." : "is not in the paper's fonts."),
      advice: "Replace it in the text.")
  }
}
