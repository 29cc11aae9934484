/// What a step really cost.
public struct Charge: Hashable, Sendable, Codable {
  public let money: Money
  /// Processor time, in nanoseconds, over all processes of the step.
  public let cpuNanoseconds: Int64
  /// Time that passed, in nanoseconds.
  public let wallNanoseconds: Int64

  public init(money: Money, cpuNanoseconds: Int64 = 0, wallNanoseconds: Int64 = 0) {
    precondition(money >= .zero && cpuNanoseconds >= 0 && wallNanoseconds >= 0)
    self.money = money
    self.cpuNanoseconds = cpuNanoseconds
    self.wallNanoseconds = wallNanoseconds
  }

  /// No cost at all.
  public static let none = Charge(money: .zero)
}

/// What a device's time costs.
public struct DevicePrices: Hashable, Sendable, Codable {
  /// The day from which the prices hold, `YYYY-MM-DD`.
  public let date: String
  /// The price of one second of one processor core.
  public let cpuSecond: Money
  /// The price of one second of one GPU.
  public let gpuSecond: Money

  public init(date: String, cpuSecond: Money, gpuSecond: Money) {
    self.date = date
    self.cpuSecond = cpuSecond
    self.gpuSecond = gpuSecond
  }

  /// About what clouds ask: 0.04 dollars an hour of a core, 2.50 an hour of a GPU.
  public static let standard = DevicePrices(
    date: "2026-11-01", cpuSecond: Money(nanodollars: 11_111), gpuSecond: Money(nanodollars: 694_444))

  /// The price of processor time, rounded up to a nano-dollar.
  public func cpu(nanoseconds: Int64) -> Money { Self.price(of: nanoseconds, second: cpuSecond) }

  /// The price of having one GPU for so long, rounded up to a nano-dollar.
  public func gpu(nanoseconds: Int64) -> Money { Self.price(of: nanoseconds, second: gpuSecond) }

  private static func price(of nanoseconds: Int64, second: Money) -> Money {
    precondition(nanoseconds >= 0)
    let (high, low) = second.nanodollars.multipliedFullWidth(by: nanoseconds)
    let (quotient, remainder) = Int64(1_000_000_000).dividingFullWidth((high, low))
    return Money(nanodollars: quotient + (remainder > 0 ? 1 : 0))
  }
}
