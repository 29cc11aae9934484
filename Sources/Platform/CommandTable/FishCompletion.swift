extension Program {
  var fishCompletion: String {
    """
    # Completion of \(root.name) in fish: source this file, or put it into ~/.config/fish/completions/.
    function \(functionName)_place
      set -l place \(quoted(root.name))
      set -l skip no
      for word in (commandline -opc)[2..-1]
        if test $skip = yes
          set skip no
          continue
        end
        if contains -- $word \(valueFlags.map(quoted).joined(separator: " "))
          set skip yes
          continue
        end
        if contains -- "$place $word" \(places.dropFirst().map { quoted($0.words) }.joined(separator: " "))
          set place "$place $word"
        end
      end
      echo $place
    end
    # The names that the program knows, on the data that the line names.
    function \(functionName)_names
      set -l words (commandline -opc)
      set -l own
      for index in (seq 2 (count $words))
        if contains -- $words[$index] \(commonValueFlags.map(quoted).joined(separator: " "))
          set own $own $words[$index] $words[(math $index + 1)]
          continue
        end
        set -l flag (string split -m 1 = -- $words[$index])[1]
        if contains -- $flag \(commonValueFlags.map(quoted).joined(separator: " "))
          set own $own $words[$index]
        end
      end
      set -l current (commandline -ct)
      test -n "$current"; and set own $own --beginning=$current
      $words[1] $argv $own 2> /dev/null
    end
    complete -c \(root.name) -e
    complete -c \(root.name) -f
    \(places.flatMap(fishLines).joined(separator: "\n"))

    """
  }

  private func fishLines(_ place: (words: String, command: Command)) -> [String] {
    let command = place.command
    let condition = quoted("test (\(functionName)_place) = \"\(place.words)\"")
    let start = "complete -c \(root.name) -n \(condition)"
    let commands = command.subcommands.map { "\(start) -a \($0.name) -d \(quoted($0.summary))" }
    let choices = command.argumentChoices.map { "\(start) -a \(quoted($0))" }
    let flags = (command.flags + commonFlags).map { flag in
      let short = flag.short.map { " -s \($0)" } ?? ""
      let value = listing(flag).map { " -x -a \(names($0))" } ?? flag.kind.map(value) ?? ""
      return "\(start) -l \(flag.name)\(short)\(value) -d \(quoted(flag.help))"
    }
    let known = listing(command).map { ["\(start) -a \(names($0))"] } ?? []
    return known + commands + choices + flags + (command.takesPath ? ["\(start) -F"] : [])
  }

  private func names(_ words: [String]) -> String {
    quoted("(\(functionName)_names \(words.map(quoted).joined(separator: " ")))")
  }

  private func value(_ kind: ValueKind) -> String {
    switch kind {
    case .choice(let words): " -x -a \(quoted(words.joined(separator: " ")))"
    case .path: " -r -F"
    default: " -x"
    }
  }

  /// In fish's single quotes a backslash and a quote are escaped.
  private func quoted(_ text: String) -> String {
    "'" + text.map { "\\'".contains($0) ? "\\\($0)" : String($0) }.joined() + "'"
  }
}
