extension Program {
  var zshCompletion: String {
    """
    #compdef \(root.name)
    # Completion of \(root.name) in zsh: source this file after compinit, or put it into fpath as _\(root.name).
    \(functionName)() {
      local place=\(shellQuoted(root.name)) previous=${words[CURRENT-1]} index
      local -a candidates own
      for ((index = 2; index < CURRENT; index++)); do
        case ${words[index]} in
          \(pattern(valueFlags)))
            ((index++))
            case ${words[index-1]} in
              \(pattern(commonValueFlags))) if ((index < CURRENT)); then own+=(${words[index-1,index]}); fi ;;
            esac
            continue ;;
          \(commonAssignments.joined(separator: "|"))) own+=(${words[index]}) ;;
        esac
        case "$place ${words[index]}" in
          \(pattern(places.dropFirst().map(\.words)))) place="$place ${words[index]}" ;;
        esac
      done
      case $place in
    \(places.map(zshCase).joined(separator: "\n"))
      esac
    }
    # The names that the program knows, on the data that the line names.
    \(functionName)_names() {
      candidates=(${(f)"$(${words[1]} "$@" $own ${words[CURRENT]:+--beginning=${words[CURRENT]}} 2> /dev/null)"})
      _describe name candidates
    }
    if [[ ${funcstack[1]} == \(functionName) ]]; then \(functionName) "$@"
    else compdef \(functionName) \(root.name); fi

    """
  }

  /// Patterns of `--flag=value`.
  private var commonAssignments: [String] {
    commonValueFlags.filter { $0.hasPrefix("--") }.map { "\(shellQuoted($0))=*" }
  }

  private func zshCase(_ place: (words: String, command: Command)) -> String {
    let command = place.command
    let flags = command.flags + commonFlags
    let cases = flags.compactMap { flag in
      flag.kind.map { kind in
        "        \(pattern(typed(flag)))) \(listing(flag).map(zshNames) ?? zshValue(kind)); return ;;"
      }
    }
    let typedFlags = flags.flatMap { flag in typed(flag).map { described($0, flag.help) } }
    let names =
      command.subcommands.map { described($0.name, $0.summary) } + command.argumentChoices.map { described($0, "") }
    return """
          \(shellQuoted(place.words)))
            case $previous in
      \(cases.joined(separator: "\n"))
            esac
            if [[ ${words[CURRENT]} == -* ]]; then
              candidates=(\(typedFlags.joined(separator: " ")))
              _describe -o flag candidates
            else
              \(listing(command).map(zshNames) ?? zshWords(names, command))
            fi ;;
      """
  }

  private func zshWords(_ words: [String], _ command: Command) -> String {
    "candidates=(\(words.joined(separator: " "))); _describe word candidates\(command.takesPath ? "; _files" : "")"
  }

  private func zshNames(_ words: [String]) -> String {
    "\(functionName)_names \(words.map(shellQuoted).joined(separator: " "))"
  }

  private func zshValue(_ kind: ValueKind) -> String {
    switch kind {
    case .choice(let words):
      "candidates=(\(words.map { described($0, "") }.joined(separator: " "))); _describe value candidates"
    case .path: "_files"
    default: "_message \(shellQuoted(kind.wanted))"
    }
  }

  /// `name:description`, with the name's own colons escaped.
  private func described(_ word: String, _ description: String) -> String {
    let escaped = word.split(separator: ":", omittingEmptySubsequences: false).joined(separator: "\\:")
    return shellQuoted(description.isEmpty ? escaped : "\(escaped):\(description)")
  }

  private func pattern(_ words: [String]) -> String {
    words.isEmpty ? "''" : words.map(shellQuoted).joined(separator: "|")
  }
}
