extension Program {
  /// The help of a command, ending in a newline, wrapped at the width in columns.
  ///
  /// - Parameter path: The names of the commands below the program; none for the program itself.
  public func help(_ path: [String] = [], width: Int = 80) -> String {
    guard let command = command(path) else { preconditionFailure("no command \(path)") }
    let name = ([root.name] + path).joined(separator: " ")
    var sections = [wrap("\(name): \(command.summary)", width: width)]
    sections.append(wrap(usage(name, command), width: width, indent: 7 + name.count + 1, first: 0))
    sections += command.discussion.split(separator: "\n\n").map { wrap(String($0), width: width) }
    if !command.subcommands.isEmpty {
      sections.append(
        table(
          command.isRunnable ? "Commands below it" : "Commands", command.subcommands.map { ($0.name, $0.summary) },
          width))
    }
    if !command.arguments.isEmpty {
      let rows = command.arguments.map { ($0.usage, sentence($0.help, $0.kind.hint.map { [$0] } ?? [])) }
      sections.append(table("Arguments", rows, width))
    }
    if !command.flags.isEmpty { sections.append(table("Flags", command.flags.map(row), width)) }
    sections.append(table("Flags of every command", commonFlags.map(row), width))
    if !command.examples.isEmpty {
      let lines = command.examples.map { example in
        "  \(example.line)\n" + wrap(example.explanation, width: width, indent: 6, first: 6)
      }
      sections.append("Examples:\n" + lines.joined(separator: "\n"))
    }
    if !command.subcommands.isEmpty {
      sections.append(wrap("More about a command: \(name) COMMAND --help", width: width))
    }
    return sections.joined(separator: "\n\n") + "\n"
  }

  private func usage(_ name: String, _ command: Command) -> String {
    let required = command.flags.filter(\.isRequired).map { "--\($0.name) \($0.valueName)" }
    let words = command.isRunnable ? command.arguments.map(\.usage) : ["COMMAND"]
    return (["Usage: \(name)"] + required + words + ["[FLAGS]"]).joined(separator: " ")
  }

  private func row(_ flag: Flag) -> (String, String) {
    let short = flag.short.map { "-\($0), " } ?? "    "
    let left = short + "--\(flag.name)" + (flag.kind == nil ? "" : " \(flag.valueName)")
    var notes = flag.kind?.hint.map { [$0] } ?? []
    if let value = flag.defaultValue { notes.append("default \(value)") }
    if flag.isRequired { notes.append("required") }
    if flag.isRepeatable, flag.kind != nil { notes.append("may be repeated") }
    return (left, sentence(flag.help, notes))
  }

  private func sentence(_ help: String, _ notes: [String]) -> String {
    notes.isEmpty ? help : help + " (" + notes.joined(separator: "; ") + ")"
  }

  private func table(_ title: String, _ rows: [(String, String)], _ width: Int) -> String {
    let column = min(28, rows.map { $0.0.count }.max() ?? 0) + 4
    let lines = rows.map { left, right in
      let wrapped = wrap(right, width: width, indent: column, first: column)
      let head = "  " + left
      // A long name has a line of its own, its help below it.
      return head.count + 2 > column ? head + "\n" + wrapped : head + wrapped.dropFirst(head.count)
    }
    return "\(title):\n" + lines.joined(separator: "\n")
  }
}

/// Text wrapped to a number of columns; a word longer than a line gets a line of its own.
func wrap(_ text: String, width: Int, indent: Int = 0, first: Int = 0) -> String {
  var lines: [String] = []
  var line = String(repeating: " ", count: first)
  var isEmpty = true
  for word in text.split(whereSeparator: \.isWhitespace) {
    if !isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      line = String(repeating: " ", count: indent)
      isEmpty = true
    }
    line += (isEmpty ? "" : " ") + word
    isEmpty = false
  }
  return (lines + [line]).joined(separator: "\n")
}
