/// Finds errors in the LaTeX of a paper that uses another venue's template, before a compiler runs.
public enum TemplateTextChecks {
  /// A sentence for each problem, at most 100: citations of unknown works, pictures that do not exist or are included
  /// twice, duplicate headings, placeholders that were never replaced.
  /// - Parameters:
  ///   - text: the `.tex` file; only the first 2 MiB of a longer one are read.
  ///   - keys: the keys of the works that may be cited.
  ///   - pictures: the paths of the pictures, from where LaTeX looks for them.
  public static func problems(in text: String, keys: Set<String>, pictures: Set<String>) -> [String] {
    let lines = text.utf8.count > 2 * 1024 * 1024 ? String(text.prefix(1024 * 1024)) : text
    let source = lines.split(separator: "\n", omittingEmptySubsequences: false).map(withoutComment)
      .joined(separator: "\n")
    var problems: [String] = []
    let cited = ["cite", "citep", "citet", "citealp", "citeauthor", "citeyear", "parencite", "textcite"]
      .flatMap { arguments(of: $0, in: source) }
      .flatMap { $0.split(separator: ",").map { String($0.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }) } }
    problems += distinct(cited.filter { !keys.contains($0) })
      .map { "The text cites “\($0.prefix(80))”, which is not in its references." }
    let shown = arguments(of: "includegraphics", in: source)
    problems += distinct(shown.filter { !isThere($0, among: pictures) })
      .map { "The picture “\($0.prefix(120))” is not there." }
    problems += repeated(shown).map { "The picture “\($0.prefix(120))” is put in twice." }
    problems += repeated(arguments(of: "section", in: source)).map { "The section “\($0.prefix(120))” is there twice." }
    problems += repeated(arguments(of: "label", in: source)).map { "The label “\($0.prefix(120))” is there twice." }
    let placeholders = [
      "TITLE HERE", "ABSTRACT HERE", "INTRO HERE", "RELATED WORK HERE", "BACKGROUND HERE",
      "METHOD HERE", "EXPERIMENTAL SETUP HERE", "RESULTS HERE", "CONCLUSIONS HERE",
    ]
    problems += placeholders.filter(source.contains).map { "The placeholder “\($0)” still stands in the text." }
    return Array(problems.prefix(100))
  }

  private static func withoutComment(_ line: Substring) -> Substring {
    var isEscaped = false
    for index in line.indices {
      if line[index] == "%", !isEscaped { return line[..<index] }
      isEscaped = line[index] == "\\" && !isEscaped
    }
    return line
  }

  /// The braced arguments of a command, starred or not, its bracketed ones skipped; at most 5,000.
  private static func arguments(of command: String, in source: String) -> [String] {
    var found: [String] = []
    for part in source.split(separator: "\\\(command)", omittingEmptySubsequences: false).dropFirst().prefix(5000) {
      var rest = part.first == "*" ? part.dropFirst() : part
      while rest.first == "[", let end = rest.firstIndex(of: "]") { rest = rest[end...].dropFirst() }
      guard rest.first == "{", let end = rest.firstIndex(of: "}") else { continue }
      found.append(String(rest[..<end].dropFirst()))
    }
    return found
  }

  private static func isThere(_ picture: String, among pictures: Set<String>) -> Bool {
    ["", ".pdf", ".png", ".jpg", ".jpeg"].contains { pictures.contains(picture + $0) }
  }

  private static func distinct(_ names: [String]) -> [String] { Set(names).sorted() }

  private static func repeated(_ names: [String]) -> [String] {
    Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
  }
}
