/// A doc comment of one line and of three words or fewer, with the declaration below it.
struct DocComment {
  private let words: [Substring]
  private let names: [String]

  /// - Parameter index: of the comment's line, from 0. `nil` if there is no such comment.
  init?(_ file: ProjectFile, at index: Int) {
    guard let text = Self.text(file.lines[index]), !text.contains("`") else { return nil }
    let neighbours = [index - 1, index + 1].filter(file.lines.indices.contains)
    guard neighbours.allSatisfy({ Self.text(file.lines[$0]) == nil }) else { return nil }
    words = text.split { !$0.isLetter && !$0.isNumber }.filter { !Self.fillers.contains($0.lowercased()) }
    guard text.split(separator: " ").count <= 3, !words.isEmpty else { return nil }
    let below = file.code[index...].dropFirst().first { !$0.trimmingPrefix { $0 == " " }.hasPrefix("@") }
    guard let below else { return nil }
    let depth = Self.depth(below)
    let outer = file.code[..<index].last { line in !line.allSatisfy { $0 == " " } && Self.depth(line) < depth }
    names = Self.parts(below) + Self.parts(outer ?? "")
  }

  /// Whether each of its words occurs in the name, the types or the surrounding type of what it documents.
  var repeatsName: Bool {
    words.allSatisfy { word in names.contains { Self.isSame(word.lowercased(), $0) } }
  }

  private static let fillers: Set = [
    "a", "an", "the", "its", "it", "is", "of", "for", "to", "one", "this", "that", "s",
  ]

  private static func text(_ line: Substring) -> Substring? {
    let text = line.trimmingPrefix { $0 == " " }
    return text.hasPrefix("///") ? text.dropFirst(3) : nil
  }

  private static func depth(_ line: String) -> Int { line.utf8.prefix { $0 == UInt8(ascii: " ") }.count }

  /// The words that names consist of: `WorkItem` is work and item.
  private static func parts(_ code: String) -> [String] {
    code.matches(of: /[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/).map { $0.output.lowercased() }
  }

  /// Whether two words are forms of one, such as handles and handle, writing and write.
  private static func isSame(_ one: String, _ other: String) -> Bool {
    let (short, long) = one.count <= other.count ? (one, other) : (other, one)
    let stem = short.count > 3 && short.hasSuffix("e") ? String(short.dropLast()) : short
    return one == other || (stem.count > 2 && long.hasPrefix(stem) && long.count - stem.count <= 3)
  }
}
