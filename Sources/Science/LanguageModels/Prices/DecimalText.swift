/// Decimal text as a whole number, without floating point.
enum DecimalText {
  /// A whole number of units of 10⁻ⁿ.
  struct Scaled: Hashable {
    let value: Int64
    /// Whether the text was a whole number of units; otherwise the value is the next larger one.
    let isExact: Bool
  }

  /// Reads digits with an optional point and exponent, e.g. `2.5`, `3e-06`; nil for anything else, for negative numbers
  /// and for what is too large.
  /// - Parameter places: n of the unit 10⁻ⁿ.
  static func scaled(_ text: some StringProtocol, places: Int) -> Scaled? {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    guard (1...2).contains(parts.count) else { return nil }
    var exponent = places
    if parts.count == 2 {
      guard let written = Int(parts[1]), (-400...400).contains(written) else { return nil }
      exponent += written
    }
    let number = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(number.count), !number[0].isEmpty, number.last?.isEmpty == false else { return nil }
    exponent -= number.count == 2 ? number[1].utf8.count : 0
    return scaled(digits: number.joined(), exponent: exponent)
  }

  /// The digits times a power of ten.
  private static func scaled(digits: String, exponent: Int) -> Scaled? {
    guard digits.utf8.count <= 400, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    var kept = digits.drop { $0 == "0" }
    guard !kept.isEmpty else { return Scaled(value: 0, isExact: true) }
    guard exponent < 0 else {
      guard kept.utf8.count + exponent <= 19 else { return nil }
      return Int64(kept + String(repeating: "0", count: exponent)).map { Scaled(value: $0, isExact: true) }
    }
    let cut = kept.suffix(min(-exponent, kept.utf8.count))
    kept = kept.dropLast(cut.utf8.count)
    guard let whole = kept.isEmpty ? 0 : Int64(kept), whole < .max else { return nil }
    let isExact = cut.allSatisfy { $0 == "0" }
    return Scaled(value: whole + (isExact ? 0 : 1), isExact: isExact)
  }
}
