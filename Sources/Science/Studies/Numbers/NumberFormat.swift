/// How many decimals a metric's numbers are printed with: as many as three leading digits of its largest value need,
/// so that numbers can be compared; where values are of very different size, three leading digits of each.
package struct NumberFormat: Hashable, Sendable {
  /// Digits behind the point.
  package let decimals: Int
  /// Whether small numbers get more decimals than the large ones.
  package let isRelative: Bool

  /// The format for all values of a metric.
  package init(for values: [Double]) {
    let sizes = values.map(abs).filter { $0 > 0 && $0.isFinite }
    let largest = sizes.max() ?? 0
    decimals = Self.decimals(for: largest)
    isRelative = largest > 200 * (sizes.min() ?? 0)
  }

  /// A format with so many decimals.
  package init(decimals: Int) {
    self.decimals = decimals
    isRelative = false
  }

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
    precondition(value.isFinite)
    let decimals = isRelative ? max(decimals, Self.decimals(for: abs(value))) : decimals
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    let whole = Int64(scaled)
    let sign = value < 0 && whole > 0 ? "\u{2212}" : ""
    guard decimals > 0 else { return sign + String(whole) }
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// The number with a sign in any case, but for zero.
  package func signed(_ value: Double) -> String {
    let text = text(value)
    let isZero = !text.contains { ("1"..."9").contains($0) }
    return value > 0 && !isZero ? "+" + text : text
  }
}
