/// Turns names and values of settings into prose.
package enum Naming {
  /// A setting's name as words: `weight_decay` becomes `weight decay`.
  package static func words(_ name: String) -> String {
    let known = [
      "lr": "learning rate", "wd": "weight decay", "frac": "fraction", "num": "number of", "dim": "dimension",
      "val": "validation", "acc": "accuracy",
    ]
    if ["layers", "heads", "blocks", "timesteps", "epochs"].contains(name.lowercased()) {
      return "number of \(name.lowercased())"
    }
    return name.lowercased().split(separator: "_").map { known[String($0)] ?? String($0) }.joined(separator: " ")
  }

  /// Capitalises every word except short ones such as articles.
  package static func title(_ text: String) -> String {
    let small: Set<String> = [
      "of", "the", "and", "in", "on", "at", "to", "a", "an", "for", "with", "from", "per", "by", "until", "after", "or",
    ]
    return text.split(separator: " ").enumerated().map { place, word in
      place > 0 && small.contains(String(word)) ? String(word) : word.prefix(1).uppercased() + word.dropFirst()
    }.joined(separator: " ")
  }

  /// `a`, `a and b`, `a, b and c`.
  package static func list(_ items: [String], _ last: String = "and") -> String {
    guard items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " \(last) " + items[items.count - 1]
  }

  /// A value as prose shows it: texts without their quotation marks, `5e-3` as `0.005`, `1.0` as `1`.
  package static func value(_ python: String) -> String {
    if let first = python.first, first == "\"" || first == "'", python.count >= 2 {
      return String(python.dropFirst().dropLast())
    }
    guard let number = Double(python.filter { $0 != "_" }), number.isFinite else { return python }
    if number == number.rounded(), abs(number) < 1e15 { return String(Int(number)) }
    return decimal("\(number)")
  }

  /// `7.5e-05` as `0.000075`; smaller numbers are unchanged.
  private static func decimal(_ text: String) -> String {
    let parts = text.split(separator: "e-")
    guard parts.count == 2, let exponent = Int(parts[1]), (1...7).contains(exponent) else { return text }
    let isNegative = parts[0].hasPrefix("-")
    var digits = parts[0].filter { ("0"..."9").contains($0) }
    if parts[0].hasSuffix(".0") { digits.removeLast() }
    return (isNegative ? "-" : "") + "0." + String(repeating: "0", count: exponent - 1) + digits
  }

  /// A small whole number as a word.
  package static func count(_ number: Int) -> String {
    let names = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    return names.indices.contains(number) ? names[number] : String(number)
  }

  /// The text reduced to letters, digits and underscores, for names of ideas.
  package static func identifier(_ text: String) -> String {
    let mapped = text.lowercased().unicodeScalars.map { scalar -> Character in
      if scalar == "." { return "p" }
      if scalar == "-" { return "m" }
      let isPlain = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
      return isPlain ? Character(scalar) : "_"
    }
    return String(mapped).split(separator: "_").joined(separator: "_")
  }
}
