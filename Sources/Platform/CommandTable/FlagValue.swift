/// A value as it was understood.
enum FlagValue: Sendable, Hashable {
  case toggle
  case text(String)
  case integer(Int)
  case duration(Duration)
  case money(nanoDollars: Int64)
}

extension ValueKind {
  /// The value of the text; nil if it is invalid.
  func parse(_ text: String) -> FlagValue? {
    switch self {
    case .text, .path: text.isEmpty ? nil : .text(text)
    case .choice(let words): words.contains(text) ? .text(text) : nil
    case .integer(let range): Int(text).flatMap { range.contains($0) ? .integer($0) : nil }
    case .duration(let range): Self.duration(text).flatMap { range.contains($0) ? .duration($0) : nil }
    case .money(let most): Self.nanoDollars(text, most).map { .money(nanoDollars: $0) }
    }
  }

  private static func duration(_ text: String) -> Duration? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units: [Substring: Int64] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
    guard let count = Int64(digits), let unit = units[text.dropFirst(digits.count)] else { return nil }
    let (milliseconds, isTooLong) = count.multipliedReportingOverflow(by: unit)
    return isTooLong ? nil : .milliseconds(milliseconds)
  }

  /// Exact: without floating point.
  private static func nanoDollars(_ text: String, _ mostDollars: Int64) -> Int64? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let decimals = parts.count == 2 ? parts[1] : "0"
    let isPlain = ([parts[0], decimals]).allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    guard isPlain, decimals.utf8.count <= 9 else { return nil }
    let padding = String(repeating: "0", count: 9 - decimals.utf8.count)
    guard let dollars = Int64(parts[0]), let nanos = Int64(decimals + padding) else { return nil }
    let (product, isTooMuch) = dollars.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isStillTooMuch) = product.addingReportingOverflow(nanos)
    let isWithin = dollars < mostDollars || dollars == mostDollars && nanos == 0
    return isTooMuch || isStillTooMuch || !isWithin ? nil : sum
  }
}
