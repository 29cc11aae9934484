/// The true cost of a step.
public struct Charge: Hashable, Sendable, Codable {
  public let money: Money
  /// Processor time, in nanoseconds, over all processes of the step.
  public let cpuNanoseconds: Int64
  /// Wall-clock time in nanoseconds.
  public let wallNanoseconds: Int64
  /// Other usage, e.g. a model's tokens; empty for programs in the sandbox.
  public let usage: [Usage]

  public init(money: Money, cpuNanoseconds: Int64 = 0, wallNanoseconds: Int64 = 0, usage: [Usage] = []) {
    precondition(money >= .zero && cpuNanoseconds >= 0 && wallNanoseconds >= 0)
    self.money = money
    self.cpuNanoseconds = cpuNanoseconds
    self.wallNanoseconds = wallNanoseconds
    self.usage = usage
  }

  private enum CodingKeys: String, CodingKey { case money, cpuNanoseconds, wallNanoseconds, usage }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    money = try container.decode(Money.self, forKey: .money)
    cpuNanoseconds = try container.decode(Int64.self, forKey: .cpuNanoseconds)
    wallNanoseconds = try container.decode(Int64.self, forKey: .wallNanoseconds)
    // Charges of older versions have no usage.
    usage = try container.decodeIfPresent([Usage].self, forKey: .usage) ?? []
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(money, forKey: .money)
    try container.encode(cpuNanoseconds, forKey: .cpuNanoseconds)
    try container.encode(wallNanoseconds, forKey: .wallNanoseconds)
    if !usage.isEmpty { try container.encode(usage, forKey: .usage) }
  }

  /// The same charge with its money limited to the reservation: the last reading of a job may find it a moment over its
  /// limit.
  public func capped(at reserved: Money) -> Charge {
    Charge(
      money: min(money, reserved), cpuNanoseconds: cpuNanoseconds, wallNanoseconds: wallNanoseconds, usage: usage)
  }

  public static let none = Charge(money: .zero)
}

/// An amount of one thing that a provider counts beside time and money.
public struct Usage: Hashable, Sendable, Codable {
  /// The kind of usage, e.g. `inputTokens`. A text, so that journals may contain kinds that their reader does not know.
  public let kind: String
  /// The amount, not negative.
  public let amount: Int64
  /// The unit, e.g. `token`.
  public let unit: String

  public init(kind: String, amount: Int64, unit: String) {
    precondition(!kind.isEmpty && amount >= 0 && !unit.isEmpty)
    self.kind = kind
    self.amount = amount
    self.unit = unit
  }

  /// Tokens of a language model's request.
  public static func inputTokens(_ amount: Int64) -> Usage { Usage(kind: "inputTokens", amount: amount, unit: "token") }
  /// Tokens of a language model's answer.
  public static func outputTokens(_ amount: Int64) -> Usage {
    Usage(kind: "outputTokens", amount: amount, unit: "token")
  }
  /// Tokens of a request that were read from the provider's cache; part of the input tokens.
  public static func cachedTokens(_ amount: Int64) -> Usage {
    Usage(kind: "cachedTokens", amount: amount, unit: "token")
  }
  public static func images(_ amount: Int64) -> Usage { Usage(kind: "images", amount: amount, unit: "image") }
}
