/// How a metric's numbers are printed: with the decimals that give its largest value three leading digits, so that
/// numbers can be compared. A number that this would round to zero has three leading digits of its own, and so has
/// every number if the values differ much in size. Very large and very small numbers have a power of ten.
package struct NumberFormat: Hashable, Sendable {
  /// Digits after the decimal point.
  package let decimals: Int
  /// Whether small numbers get more decimals than the large ones.
  package let isRelative: Bool
  /// The largest size of the metric's values; nil if only the decimals are fixed.
  private let largest: Double?

  /// The format for all values of a metric.
  package init(for values: [Double]) {
    let sizes = values.map(abs).filter { $0 > 0 && $0.isFinite }
    let largest = sizes.max() ?? 0
    self.largest = largest
    decimals = Self.decimals(for: largest)
    isRelative = largest / 200 > (sizes.min() ?? 0)
  }

  /// A format with this number of decimals, for numbers of any size.
  package init(decimals: Int) {
    self.decimals = decimals
    isRelative = false
    largest = nil
  }

  /// Whether the largest numbers have a power of ten.
  package var isScientific: Bool { largest.map { $0 >= Self.huge || ($0 > 0 && $0 < Self.tiny) } ?? false }

  /// Sizes from which on, and below which, numbers are printed with a power of ten.
  private static let huge = 1e9
  private static let tiny = 1e-4
  /// Differences below this share of the largest value come from rounding, and print as zero.
  private static let noise = 1e-12

  private static func decimals(for largest: Double) -> Int {
    guard largest > 0 else { return 0 }
    var places = 2
    var size = largest
    while size >= 10, places > 0 {
      size /= 10
      places -= 1
    }
    while size < 1, places < 9 {
      size *= 10
      places += 1
    }
    return places
  }

  /// The number, rounded half away from zero, with U+2212 for minus.
  package func text(_ value: Double) -> String {
    let size = abs(value)
    guard let largest, size > largest * Self.noise, value.isFinite else {
      return isScientific ? "0" : fixed(value, decimals)
    }
    let isOwn = isRelative || !Self.hasDigits(fixed(value, decimals))
    let isLarge = size >= Self.huge || (largest >= Self.huge && size >= 10_000)
    if isLarge || (size < Self.tiny && (isOwn || largest < Self.tiny)) { return Self.scientific(value) }
    return fixed(value, isOwn ? max(decimals, Self.decimals(for: size)) : decimals)
  }

  private func fixed(_ value: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e15 else { return Self.scientific(value) }
    let whole = Int64(scaled)
    let sign = value < 0 && whole > 0 ? "\u{2212}" : ""
    guard decimals > 0 else { return sign + String(whole) }
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// Three leading digits and a power of ten: `1.60×10⁻⁹`.
  private static func scientific(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    let parts = "\(abs(value))".split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var digits = mantissa.joined().compactMap(\.wholeNumberValue)
    var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + mantissa[0].count - 1
    while digits.first == 0, digits.count > 1 {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count < 4 { digits.append(0) }
    var leading = digits[0] * 100 + digits[1] * 10 + digits[2] + (digits[3] >= 5 ? 1 : 0)
    if leading == 1000 {
      leading = 100
      exponent += 1
    }
    let raised = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    let power = String(exponent).map { $0.wholeNumberValue.map { raised[$0] } ?? "⁻" }.joined()
    let sign = value < 0 ? "\u{2212}" : ""
    return "\(sign)\(leading / 100).\(leading / 10 % 10)\(leading % 10)×10\(power)"
  }

  private static func hasDigits(_ text: String) -> Bool { text.contains { ("1"..."9").contains($0) } }

  /// The number with a sign, zero without.
  package func signed(_ value: Double) -> String {
    let text = text(value)
    return value > 0 && Self.hasDigits(text) ? "+" + text : text
  }
}
