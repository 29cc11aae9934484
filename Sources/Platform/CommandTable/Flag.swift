/// A flag as data: parsing, help and completion all use it.
public struct Flag: Sendable, Hashable {
  /// The name without its dashes, in lower case.
  public let name: String
  /// One letter as a short form.
  public let short: Character?
  /// The type of the value; nil for a flag without a value.
  public let kind: ValueKind?
  /// The placeholder of the value in help, for example `DIR`.
  public let valueName: String
  /// Its effect, in a sentence without its full stop.
  public let help: String
  /// The value if the flag is not given, as it would be typed.
  public let defaultValue: String?
  /// True when the command cannot do without it.
  public let isRequired: Bool
  /// True when it may be given several times.
  public let isRepeatable: Bool

  /// A flag that is only there or not.
  public static func toggle(_ name: String, short: Character? = nil, help: String) -> Flag {
    Flag(
      name: name, short: short, kind: nil, valueName: "", help: help, defaultValue: nil, isRequired: false,
      isRepeatable: true)
  }

  /// A flag with a value.
  public static func value(
    _ name: String, short: Character? = nil, _ kind: ValueKind, as valueName: String, help: String,
    default defaultValue: String? = nil, isRequired: Bool = false, isRepeatable: Bool = false
  ) -> Flag {
    if let defaultValue { precondition(kind.parse(defaultValue) != nil, "--\(name): \(defaultValue) is no default") }
    precondition(defaultValue == nil || !isRequired, "--\(name) is required, so it needs no default")
    return Flag(
      name: name, short: short, kind: kind, valueName: valueName, help: help, defaultValue: defaultValue,
      isRequired: isRequired, isRepeatable: isRepeatable)
  }
}

/// An argument that a command takes beside its flags.
public struct Argument: Sendable, Hashable {
  /// How many values it takes.
  public enum Count: Sendable, Hashable {
    /// Exactly one.
    case one
    /// One or none.
    case optional
    /// Any number, none included; only as the last argument.
    case any
    /// At least one; only as the last argument.
    case some
  }

  /// The name in help, for example `FILE`.
  public let name: String
  /// A description, in a sentence without its full stop.
  public let help: String
  /// The type of the value.
  public let kind: ValueKind
  /// How many values it takes.
  public let count: Count

  /// - Parameter kind: text, a path or a choice.
  public init(_ name: String, _ kind: ValueKind = .text, count: Count = .one, help: String) {
    switch kind {
    case .text, .path, .choice: break
    default: preconditionFailure("\(name): an argument is text, a path or a choice")
    }
    self.name = name
    self.kind = kind
    self.count = count
    self.help = help
  }

  var usage: String {
    switch count {
    case .one: name
    case .optional: "[\(name)]"
    case .any: "[\(name) …]"
    case .some: "\(name) …"
    }
  }
}
