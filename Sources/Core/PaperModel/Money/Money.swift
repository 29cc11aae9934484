/// An amount of money: a whole number of nano-dollars (10⁻⁹ US dollars). Never floating point.
public struct Money: Hashable, Sendable, Comparable, Codable, AdditiveArithmetic {
  public let nanodollars: Int64

  public init(nanodollars: Int64) { self.nanodollars = nanodollars }

  public static let zero = Money(nanodollars: 0)

  /// The sum; traps on overflow (nine billion dollars).
  public static func + (left: Money, right: Money) -> Money {
    Money(nanodollars: left.nanodollars + right.nanodollars)
  }

  /// The difference; may be negative.
  public static func - (left: Money, right: Money) -> Money {
    Money(nanodollars: left.nanodollars - right.nanodollars)
  }

  public static func * (left: Money, count: Int) -> Money { Money(nanodollars: left.nanodollars * Int64(count)) }

  public static func < (left: Money, right: Money) -> Bool { left.nanodollars < right.nanodollars }

  /// Parses dollars with at most nine decimals, e.g. `15` or `0.25`; nil for anything else and above a billion
  /// dollars.
  public init?(dollars text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), !parts[0].isEmpty, parts[0].count <= 9,
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let whole = Int64(parts[0])
    else { return nil }
    var fraction: Int64 = 0
    if parts.count == 2 {
      guard (1...9).contains(parts[1].count) else { return nil }
      fraction = Int64(parts[1] + String(repeating: "0", count: 9 - parts[1].count)) ?? 0
    }
    self.init(nanodollars: whole * 1_000_000_000 + fraction)
  }

  public init(from decoder: any Decoder) throws {
    nanodollars = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(nanodollars)
  }
}

extension Money: CustomStringConvertible {
  /// Dollars with at least two decimals and no superfluous zeros, e.g. `$0.0034`.
  public var description: String {
    let magnitude = nanodollars.magnitude
    var fraction = String(magnitude % 1_000_000_000)
    fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
    while fraction.count > 2, fraction.last == "0" { fraction.removeLast() }
    return "\(nanodollars < 0 ? "-" : "")$\(magnitude / 1_000_000_000).\(fraction)"
  }
}
