/// Parses Markdown as far as its promises can be checked.
enum Pages {
  /// Broken links into the project, as sentences.
  static func brokenLinks(_ page: ProjectFile, exists: (String) -> Bool) -> [String] {
    let folder = page.path.split(separator: "/").dropLast().joined(separator: "/")
    return page.lines.flatMap { line in line.matches(of: /\]\(([^)\s]+)\)/).map { String($0.output.1) } }
      .filter { !$0.contains("://") && !$0.hasPrefix("mailto:") }
      .filter { link in
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        if !exists(parts[0].isEmpty ? page.path : resolved("\(folder)/\(parts[0])")) { return true }
        guard parts.count == 2, parts[0].isEmpty else { return false }
        return !page.lines.contains { $0.hasPrefix("#") && anchor($0) == parts[1] }
      }
      .map { "\(page.path) links to \($0), which is not there" }
  }

  private static func resolved(_ path: String) -> String {
    path.split(separator: "/").reduce(into: [Substring]()) { parts, part in
      if part == ".." { parts = parts.dropLast() } else if part != "." { parts.append(part) }
    }.joined(separator: "/")
  }

  private static func anchor(_ heading: Substring) -> String {
    let words = heading.drop { $0 == "#" || $0 == " " }.lowercased()
    return String(words.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }).replacing(" ", with: "-")
  }

  /// The command lines in a page's blocks marked `sh`, without the shell's own syntax.
  static func commands(_ page: ProjectFile) -> [[String]] {
    var isInside = false
    var found: [[String]] = []
    for line in page.lines {
      if line.hasPrefix("```") {
        isInside = line == "```sh"
      } else if isInside, let command = line.firstMatch(of: /^(?:\.build\/release\/)?shoal( [^#|>&]*)?/)?.output.1 {
        found.append(words(command))
      }
    }
    return found
  }

  /// Splits words as a shell does, as far as these pages need it.
  private static func words(_ line: Substring) -> [String] {
    line.matches(of: /'[^']*'|"[^"]*"|[^\s'"]+/).map { match in
      match.output.filter { $0 != "'" && $0 != "\"" }
    }
  }
}
