/// Changes to files as a model writes them: whole files in fences, or blocks that name lines and what replaces them.
///
///     experiment.py
///     <<<<<<< SEARCH
///     learning_rate = 0.1
///     =======
///     learning_rate = 0.2
///     >>>>>>> REPLACE
public enum FileEdits {
  /// A change of one place.
  public struct Replacement: Hashable, Sendable {
    public let path: String
    /// The lines that are there, each with its end.
    public let search: [String]
    /// The lines that take their place.
    public let replace: [String]
  }

  /// A change that can't be made, with a sentence for the model.
  public struct Refused: Hashable, Sendable {
    public let replacement: Replacement
    public let reason: String
  }

  /// The replacements of an answer, in their order. A block without an end is left out.
  /// - Parameter path: the file of blocks that name none.
  public static func replacements(in answer: String, path: String? = nil) -> [Replacement] {
    var found: [Replacement] = []
    var named = path
    var search: [String]?
    var replace: [String]?
    for line in answer.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let mark = line.trimmed
      if isMark(mark, "<", "SEARCH") {
        (search, replace) = ([], nil)
      } else if search != nil, replace == nil, isMark(mark, "=", "") {
        replace = []
      } else if let lines = search, let others = replace, isMark(mark, ">", "REPLACE") {
        if let named { found.append(Replacement(path: named, search: lines, replace: others)) }
        (search, replace) = (nil, nil)
      } else if replace != nil {
        replace?.append("\(line)\n")
      } else if search != nil {
        search?.append("\(line)\n")
      } else if let file = fileName(mark) {
        named = file
      }
    }
    return found
  }

  private static func isMark(_ line: String, _ sign: Character, _ word: String) -> Bool {
    let signs = line.prefix { $0 == sign }
    return (5...9).contains(signs.count) && line.dropFirst(signs.count).trimmed == word
  }

  /// A line that is the name of a file, perhaps in back quotes, bold or with a colon.
  static func fileName(_ line: String) -> String? {
    let name = line.filter { $0 != "`" && $0 != "*" }[...].trimmed
    let plain = name.hasSuffix(":") ? String(name.dropLast()) : name
    let isName =
      plain.contains(".") && !plain.hasPrefix(".") && !plain.hasSuffix(".")
      && plain.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || [0x2e, 0x2f, 0x5f, 0x2d].contains(byte)
      }
    return isName && !plain.hasPrefix("/") && !plain.split(separator: "/").contains("..") ? plain : nil
  }

  /// Whole files of an answer: fenced blocks whose heading, or whose info, is a file's name. Of a file that comes twice
  /// the last block counts.
  public static func files(in answer: String) -> [String: String] {
    var files: [String: String] = [:]
    for block in FencedBlock.all(in: answer) {
      let words = block.info.split(separator: " ").map(String.init)
      if let name = fileName(block.heading) ?? words.compactMap({ fileName($0) }).first { files[name] = block.content }
    }
    return files
  }

  /// Makes the changes of one file that can be made, one after another.
  ///
  /// The lines of a change must stand in the file exactly once: to the letter, or with one and the same indentation
  /// added to or removed from all of them. A change whose two halves are equal changes nothing.
  /// - Returns: the new text, and what was refused; the refused changes leave the text as it is.
  public static func apply(_ replacements: [Replacement], to text: String) -> (text: String, refused: [Refused]) {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { "\($0)\n" }
    // A text that ends with its last line's end has an empty piece behind it.
    let endsWithLine = lines.last == "\n"
    if endsWithLine { lines.removeLast() }
    var refused: [Refused] = []
    for replacement in replacements where replacement.search != replacement.replace {
      switch place(of: replacement, in: lines) {
      case .success(let place):
        lines.replaceSubrange(place.range, with: replacement.replace.map { place.shifted($0) })
      case .failure(let problem): refused.append(Refused(replacement: replacement, reason: problem.sentence))
      }
    }
    var result = lines.joined()
    if !endsWithLine, result.hasSuffix("\n") { result.removeLast() }
    return (result, refused)
  }

  private struct Place {
    let range: Range<Int>
    let added: Substring
    let removed: Int

    func shifted(_ line: String) -> String {
      line == "\n" ? line : String(added) + line.dropFirst(min(removed, line.prefix { $0 == " " || $0 == "\t" }.count))
    }
  }

  private struct Problem: Error {
    let sentence: String
  }

  private static func place(of replacement: Replacement, in lines: [String]) -> Result<Place, Problem> {
    let search = replacement.search
    guard !search.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) else {
      return .failure(Problem(sentence: "The block for \(replacement.path) names no line that it replaces."))
    }
    guard search.count <= lines.count else { return .failure(missing(replacement)) }
    let starts = 0...(lines.count - search.count)
    let exact = starts.filter { Array(lines[$0..<$0 + search.count]) == search }
    if !exact.isEmpty {
      return only(exact.map { Place(range: $0..<$0 + search.count, added: "", removed: 0) }, replacement)
    }
    let indented = starts.compactMap { indentedPlace(of: search, at: $0, in: lines) }
    return indented.isEmpty ? .failure(missing(replacement)) : only(indented, replacement)
  }

  private static func only(_ places: [Place], _ replacement: Replacement) -> Result<Place, Problem> {
    guard places.count == 1 else {
      return .failure(
        Problem(
          sentence:
            "The lines of the block stand in \(replacement.path) \(places.count) times; add lines around them."))
    }
    return .success(places[0])
  }

  private static func missing(_ replacement: Replacement) -> Problem {
    Problem(sentence: "The lines of the block do not stand in \(replacement.path); copy them as they are there.")
  }

  /// The lines with the same white space added in front of each, or removed.
  private static func indentedPlace(of search: [String], at start: Int, in lines: [String]) -> Place? {
    var shift: (added: Substring, removed: Int)?
    for (wanted, line) in zip(search, lines[start...]) {
      let (isEmpty, isAlsoEmpty) = (wanted.allSatisfy(\.isWhitespace), line.allSatisfy(\.isWhitespace))
      guard isEmpty == isAlsoEmpty else { return nil }
      if isEmpty { continue }
      let (left, right) = (wanted.prefix { $0 == " " || $0 == "\t" }, line.prefix { $0 == " " || $0 == "\t" })
      guard wanted.dropFirst(left.count) == line.dropFirst(right.count) else { return nil }
      let here: (added: Substring, removed: Int)
      if right.hasSuffix(left) {
        here = (right.dropLast(left.count), 0)
      } else if left.hasSuffix(right) {
        here = ("", left.count - right.count)
      } else {
        return nil
      }
      if let shift, shift != here { return nil }
      shift = here
    }
    return shift.map { Place(range: start..<start + search.count, added: $0.added, removed: $0.removed) }
  }
}
