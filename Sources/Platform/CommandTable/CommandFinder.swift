/// Finds which command a line names, with flags before, between and after the names.
struct CommandFinder {
  let program: Program

  /// The names of the command, and the line without them.
  func find(_ words: [String]) throws(UsageError) -> (path: [String], rest: [String]) {
    var command = program.root
    var path: [String] = []
    var rest: [String] = []
    var index = 0
    while index < words.count, !command.subcommands.isEmpty {
      let word = words[index]
      if word == "--" { break }
      index += 1
      if word.utf8.first == UInt8(ascii: "-"), word != "-" {
        rest.append(word)
        if takesNextWord(word), index < words.count {
          rest.append(words[index])
          index += 1
        }
      } else if let next = command.subcommand(word) {
        command = next
        path.append(word)
      } else if !command.arguments.isEmpty {
        rest.append(word)
        break
      } else {
        let near = question(for: word, among: command.subcommands.map(\.name))
        throw UsageError(path: [program.root.name] + path, message: "unknown command \(word)\(near)")
      }
    }
    return (path, rest + words[index...])
  }

  private func takesNextWord(_ word: String) -> Bool {
    let flags = program.root.allFlags + program.commonFlags
    if word.hasPrefix("--") {
      return flags.first { $0.name == word.dropFirst(2) }?.kind != nil
    }
    // In a cluster such as -vn 5 the first letter with a value takes the rest of the word, or else the next argument.
    let letters = Array(word.dropFirst())
    let index = letters.firstIndex { letter in flags.contains { $0.short == letter && $0.kind != nil } }
    return index.map { $0 == letters.count - 1 } ?? false
  }
}
