/// An amount of money: a whole number of nano-dollars (10⁻⁹ US dollars). Never floating point.
public struct Money: Hashable, Sendable, Comparable, Codable, AdditiveArithmetic {
  public let nanodollars: Int64

  public init(nanodollars: Int64) { self.nanodollars = nanodollars }

  public static let zero = Money(nanodollars: 0)

  /// The most that may be written anywhere, by a person or a program: a billion dollars. Sums stay countable.
  public static let limit = Money(nanodollars: limitDollars * 1_000_000_000)
  public static let limitDollars: Int64 = 1_000_000_000

  /// The most that is counted, about nine billion dollars: a larger sum or product is this amount.
  public static let most = Money(nanodollars: .max)

  /// The sum, at most `most`: amounts that were read from a store must not end the process that adds them.
  public static func + (left: Money, right: Money) -> Money {
    let (sum, isTooLarge) = left.nanodollars.addingReportingOverflow(right.nanodollars)
    return isTooLarge ? bound(isNegative: right.nanodollars < 0) : Money(nanodollars: sum)
  }

  /// The difference; may be negative.
  public static func - (left: Money, right: Money) -> Money {
    let (difference, isTooLarge) = left.nanodollars.subtractingReportingOverflow(right.nanodollars)
    return isTooLarge ? bound(isNegative: right.nanodollars > 0) : Money(nanodollars: difference)
  }

  public static func * (left: Money, count: Int) -> Money {
    let (product, isTooLarge) = left.nanodollars.multipliedReportingOverflow(by: Int64(count))
    return isTooLarge ? bound(isNegative: (left.nanodollars < 0) != (count < 0)) : Money(nanodollars: product)
  }

  private static func bound(isNegative: Bool) -> Money { isNegative ? Money(nanodollars: .min) : most }

  public static func < (left: Money, right: Money) -> Bool { left.nanodollars < right.nanodollars }

  /// Parses dollars with at most nine decimals, e.g. `15` or `0.25`; nil for anything else and above
  /// `limit`.
  public init?(dollars text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), !parts[0].isEmpty, parts[0].count <= 10,
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let whole = Int64(parts[0])
    else { return nil }
    var fraction: Int64 = 0
    if parts.count == 2 {
      guard (1...9).contains(parts[1].count) else { return nil }
      fraction = Int64(parts[1] + String(repeating: "0", count: 9 - parts[1].count)) ?? 0
    }
    // Ten digits of dollars may be more than Int64 counts.
    let (nanodollars, isTooLarge) = whole.multipliedReportingOverflow(by: 1_000_000_000)
    guard !isTooLarge, nanodollars <= Self.limit.nanodollars - fraction else { return nil }
    self.init(nanodollars: nanodollars + fraction)
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
