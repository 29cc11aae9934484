public import PaperModel

/// The money that something has cost and may still cost.
public struct Amounts: Sendable, Hashable, Codable {
  /// Charged.
  public var settled = Money.zero
  /// Reserved for open steps, and for requested runs that have not ended.
  public var reserved = Money.zero
  /// Reserved for steps whose workers were lost, until their true cost is known.
  public var uncertain = Money.zero

  public init() {}

  public init(settled: Money, reserved: Money = .zero, uncertain: Money = .zero) {
    self.settled = settled
    self.reserved = reserved
    self.uncertain = uncertain
  }

  /// Not charged, and not available for anything else.
  public var held: Money { reserved + uncertain }

  public static func + (left: Amounts, right: Amounts) -> Amounts {
    Amounts(
      settled: left.settled + right.settled, reserved: left.reserved + right.reserved,
      uncertain: left.uncertain + right.uncertain)
  }

  public static func - (left: Amounts, right: Amounts) -> Amounts {
    Amounts(
      settled: left.settled - right.settled, reserved: left.reserved - right.reserved,
      uncertain: left.uncertain - right.uncertain)
  }
}
