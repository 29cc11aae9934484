/// A shell that completion scripts are made for.
public enum Shell: String, Sendable, CaseIterable {
  /// GNU bash, from version 4.
  case bash
  /// zsh, from version 5.
  case zsh
  /// fish, from version 3.
  case fish
}

extension Program {
  /// A script that the shell reads to complete this program's commands, flags and values.
  ///
  /// For bash and fish it is sourced; for zsh it is sourced after `compinit`, or put into `fpath` as `_NAME`.
  public func completionScript(for shell: Shell) -> String {
    switch shell {
    case .bash: bashCompletion
    case .zsh: zshCompletion
    case .fish: fishCompletion
    }
  }

  /// Every command with its path, the program's name first.
  var places: [(words: String, command: Command)] { places(root, root.name) }

  private func places(_ command: Command, _ words: String) -> [(words: String, command: Command)] {
    [(words, command)] + command.subcommands.flatMap { places($0, "\(words) \($0.name)") }
  }

  /// The flags that take their value from the next argument, as they are typed.
  var valueFlags: [String] {
    let flags = (root.allFlags + commonFlags).filter { $0.kind != nil }
    return Array(Set(flags.flatMap(typed))).sorted()
  }

  /// The flags of every command that take a value, which name the program's data.
  var commonValueFlags: [String] { commonFlags.filter { $0.kind != nil }.flatMap(typed) }

  /// The words that make the program print the names for an argument or a flag of this name; nil if it knows none.
  private func listing(_ name: String) -> [String]? {
    guard let names, name.split(separator: "|").allSatisfy({ names.kinds.contains(String($0)) }) else { return nil }
    return names.command + [name]
  }

  /// The same for the first of a command's arguments of which names are known.
  func listing(_ command: Command) -> [String]? { command.arguments.lazy.compactMap { listing($0.name) }.first }

  /// The same for a flag's value.
  func listing(_ flag: Flag) -> [String]? { flag.kind == .text ? listing(flag.valueName) : nil }

  /// `--name` and, if there is one, `-n`.
  func typed(_ flag: Flag) -> [String] { ["--\(flag.name)"] + (flag.short.map { ["-\($0)"] } ?? []) }

  /// The name as a part of a shell function's name.
  var functionName: String { "_" + String(root.name.map { $0.isLetter || $0.isNumber ? $0 : "_" }) }
}

extension Command {
  /// True when one of its arguments is a path.
  var takesPath: Bool { arguments.contains { $0.kind == .path } }

  /// The choices of its arguments.
  var argumentChoices: [String] {
    arguments.flatMap { if case .choice(let words) = $0.kind { words } else { [String]() } }
  }
}

/// The text in single quotes, as bash and zsh read them.
func shellQuoted(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
