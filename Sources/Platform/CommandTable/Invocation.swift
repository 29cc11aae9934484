/// A command line that was understood: which command, its flags and its arguments.
///
/// Asking for a flag or an argument that the command does not declare, or as another kind, is a mistake in the program.
public struct Invocation: Sendable {
  /// The program's and the command's names: `["shoal", "dead", "list"]`.
  public let path: [String]
  private let command: Command
  private let flags: [Flag]
  var values: [String: [FlagValue]] = [:]
  var words: [String] = []
  private var arguments: [String: [FlagValue]] = [:]

  init(path: [String], command: Command, flags: [Flag]) {
    self.path = path
    self.command = command
    self.flags = flags
  }

  /// True when the flag was given; its default does not count.
  public func isSet(_ flag: String) -> Bool {
    _ = declared(flag)
    return values[flag] != nil
  }

  /// The text, choice or path of a flag; the default when it was not given; nil without one.
  public func text(_ flag: String) -> String? { texts(flag).last }

  /// All values of a flag that may be repeated.
  public func texts(_ flag: String) -> [String] { all(flag) { if case .text(let text) = $0 { text } else { nil } } }

  /// The whole number of a flag.
  public func integer(_ flag: String) -> Int? {
    all(flag) { if case .integer(let number) = $0 { number } else { nil } }.last
  }

  /// The duration of a flag.
  public func duration(_ flag: String) -> Duration? {
    all(flag) { if case .duration(let duration) = $0 { duration } else { nil } }.last
  }

  /// The money of a flag, in billionths of a dollar.
  public func nanoDollars(_ flag: String) -> Int64? {
    all(flag) { if case .money(let nanoDollars) = $0 { nanoDollars } else { nil } }.last
  }

  /// The text of an argument; nil when an optional one was not given.
  public func argument(_ name: String) -> String? { self.arguments(name).last }

  /// All values of an argument that takes several.
  public func arguments(_ name: String) -> [String] {
    precondition(command.arguments.contains { $0.name == name }, "\(path) declares no argument \(name)")
    return (arguments[name] ?? []).compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  /// An error about this command, for rules that the table can't express.
  public func failure(_ message: String) -> UsageError { UsageError(path: path, message: message) }

  private func declared(_ name: String) -> Flag {
    guard let flag = flags.first(where: { $0.name == name }) else {
      preconditionFailure("\(path) declares no flag --\(name)")
    }
    return flag
  }

  private func all<Value>(_ name: String, _ pick: (FlagValue) -> Value?) -> [Value] {
    let flag = declared(name)
    let given = values[name] ?? flag.defaultValue.flatMap { flag.kind?.parse($0) }.map { [$0] } ?? []
    return given.map { value in
      guard let picked = pick(value) else { preconditionFailure("--\(name) is of another kind") }
      return picked
    }
  }

  /// Assigns the values to the arguments; too few are no error yet, since `--help` may be among the flags.
  mutating func checkArguments() throws(UsageError) {
    guard command.isRunnable else { return }
    var rest = words[...]
    for argument in command.arguments {
      let isMany = argument.count == .any || argument.count == .some
      for _ in 0..<(isMany ? rest.count : min(1, rest.count)) {
        guard let word = rest.popFirst() else { break }
        guard let value = argument.kind.parse(word) else {
          throw failure("\(argument.name) needs \(argument.kind.wanted), not “\(word)”")
        }
        arguments[argument.name, default: []].append(value)
      }
    }
    if let surplus = rest.first {
      throw failure("“\(surplus)” is one word too many; a value with spaces needs quotes")
    }
  }

  /// Every required flag and argument must be there.
  func checkComplete() throws(UsageError) {
    for argument in command.arguments
    where arguments[argument.name] == nil && (argument.count == .one || argument.count == .some) {
      throw failure("\(argument.name) is missing: \(argument.help)")
    }
    for flag in flags where flag.isRequired && values[flag.name] == nil {
      throw failure("--\(flag.name) is missing: \(flag.help)")
    }
  }
}
