extension Program {
  var bashCompletion: String {
    """
    # Completion of \(root.name) in bash: source this file.
    \(functionName)() {
      local place=\(shellQuoted(root.name)) index flag candidates='' files='' own=()
      local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
      # bash parts --flag=value into three words.
      if [[ $current == '=' ]]; then current=''
      elif [[ $previous == '=' ]]; then previous="${COMP_WORDS[COMP_CWORD-2]}"; fi
      for ((index = 1; index < COMP_CWORD; index++)); do
        case "${COMP_WORDS[index]}" in
          \(pattern(valueFlags)))
            flag="${COMP_WORDS[index++]}"
            if [[ ${COMP_WORDS[index]} == '=' ]]; then ((index++)); fi
            case "$flag" in
              \(pattern(commonValueFlags))) if ((index < COMP_CWORD)); then own+=("$flag" "${COMP_WORDS[index]}"); fi ;;
            esac
            continue ;;
        esac
        case "$place ${COMP_WORDS[index]}" in
          \(pattern(places.dropFirst().map(\.words)))) place="$place ${COMP_WORDS[index]}" ;;
        esac
      done
      case "$place" in
    \(places.map(bashCase).joined(separator: "\n"))
      esac
      COMPREPLY=()
      if [[ -n $files ]]; then
        compopt -o filenames 2> /dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
      fi
      local word
      for word in $candidates; do
        if [[ $word == "$current"* ]]; then COMPREPLY+=("$word"); fi
      done
    }
    # The names that the program knows, on the data that the line names.
    \(functionName)_names() {
      "${COMP_WORDS[0]}" "$@" ${own[@]+"${own[@]}"} ${current:+"--beginning=$current"} 2> /dev/null
    }
    complete -F \(functionName) \(root.name)

    """
  }

  private func bashCase(_ place: (words: String, command: Command)) -> String {
    let command = place.command
    let flags = command.flags + commonFlags
    let values = flags.compactMap { flag in flag.kind.map { (flag, $0) } }
    let cases = values.map { flag, kind in
      "        \(pattern(typed(flag)))) \(listing(flag).map(bashNames) ?? bashValue(kind)) ;;"
    }
    let names = (command.subcommands.map(\.name) + command.argumentChoices).joined(separator: " ")
    let files = command.takesPath ? "; files=yes" : ""
    return """
          \(shellQuoted(place.words)))
            case "$previous" in
      \(cases.joined(separator: "\n"))
              *)
                if [[ $current == -* ]]; then candidates=\(shellQuoted(flags.flatMap(typed).joined(separator: " ")))
                else \(listing(command).map(bashNames) ?? "candidates=\(shellQuoted(names))\(files)"); fi ;;
            esac ;;
      """
  }

  private func bashNames(_ words: [String]) -> String {
    "candidates=$(\(functionName)_names \(words.map(shellQuoted).joined(separator: " ")))"
  }

  private func bashValue(_ kind: ValueKind) -> String {
    switch kind {
    case .choice(let words): "candidates=\(shellQuoted(words.joined(separator: " ")))"
    case .path: "files=yes"
    default: ""
    }
  }

  private func pattern(_ words: [String]) -> String {
    words.isEmpty ? "''" : words.map(shellQuoted).joined(separator: "|")
  }
}
