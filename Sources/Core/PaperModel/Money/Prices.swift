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

  /// About what clouds ask: 0.04 dollars an hour of a core, 2.50 an hour of a GPU.
  public static let standard = Prices(
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

  /// The most that a program can cost: its time limit, with a second for its end, on one core, and on one GPU where it
  /// has one.
  public func worst(of program: ContainedProgram) -> Money {
    let most = Int64(program.timeLimitSeconds + 1) * 1_000_000_000
    return cost(cpuNanoseconds: most, wallNanoseconds: most, on: program.device)
  }

  /// What a program costs that used so much; never more than the worst case, which its limits hold it to.
  public func charge(cpuNanoseconds: Int64, wallNanoseconds: Int64, for program: ContainedProgram) -> Charge {
    Charge(
      money: min(
        cost(cpuNanoseconds: cpuNanoseconds, wallNanoseconds: wallNanoseconds, on: program.device), worst(of: program)),
      cpuNanoseconds: cpuNanoseconds, wallNanoseconds: wallNanoseconds)
  }

  /// Processor time counts as it is used; a GPU is paid for as long as nobody else can have it.
  public func cost(cpuNanoseconds: Int64, wallNanoseconds: Int64, on device: DeviceKind) -> Money {
    switch device {
    case .cpu: cpu(nanoseconds: cpuNanoseconds)
    case .gpu: cpu(nanoseconds: cpuNanoseconds) + gpu(nanoseconds: wallNanoseconds)
    }
  }
}
