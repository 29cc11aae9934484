/// What a second of a device costs: all that gives a charge its price. Prices travel with the campaign and the run that
/// they apply to, so changed settings never reprice work under way.
public struct Prices: Hashable, Sendable, Codable {
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

  /// About the prices of clouds: 0.04 dollars per core-hour, 2.50 per GPU-hour.
  public static let standard = Prices(
    date: "2026-11-01", cpuSecond: Money(nanodollars: 11_111), gpuSecond: Money(nanodollars: 694_444))

  /// The price of processor time, rounded up to a nano-dollar.
  public func cpu(nanoseconds: Int64) -> Money { Self.price(of: nanoseconds, second: cpuSecond) }

  /// The price of holding one GPU for this time, rounded up to a nano-dollar.
  public func gpu(nanoseconds: Int64) -> Money { Self.price(of: nanoseconds, second: gpuSecond) }

  private static func price(of nanoseconds: Int64, second: Money) -> Money {
    precondition(nanoseconds >= 0)
    let (high, low) = second.nanodollars.multipliedFullWidth(by: nanoseconds)
    let (quotient, remainder) = Int64(1_000_000_000).dividingFullWidth((high, low))
    return Money(nanodollars: quotient + (remainder > 0 ? 1 : 0))
  }

  /// The most that a program can cost: its time limit, plus a second for its end, on one core, and on one GPU if it
  /// needs one.
  public func worst(of program: ContainedProgram) -> Money {
    let most = Int64(program.timeLimitSeconds + 1) * 1_000_000_000
    return cost(cpuNanoseconds: most, wallNanoseconds: most, on: program.device)
  }

  /// The charge for a program's use; never more than the worst case, which its limits enforce.
  public func charge(cpuNanoseconds: Int64, wallNanoseconds: Int64, for program: ContainedProgram) -> Charge {
    Charge(
      money: min(
        cost(cpuNanoseconds: cpuNanoseconds, wallNanoseconds: wallNanoseconds, on: program.device), worst(of: program)),
      cpuNanoseconds: cpuNanoseconds, wallNanoseconds: wallNanoseconds)
  }

  /// Processor time costs what is used; a GPU costs as long as it is held.
  public func cost(cpuNanoseconds: Int64, wallNanoseconds: Int64, on device: DeviceKind) -> Money {
    switch device {
    case .cpu: cpu(nanoseconds: cpuNanoseconds)
    case .gpu: cpu(nanoseconds: cpuNanoseconds) + gpu(nanoseconds: wallNanoseconds)
    }
  }
}
