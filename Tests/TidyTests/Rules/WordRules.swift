extension Rule {
  /// Words that no page and no comment uses.
  static let words = [
    Rule(
      "no path of anybody's machine is anywhere",
      plant: "docs/a.md", "Look into /home/ada/shoal."
    ) { file in
      guard file.mentions(["/home/", "/Users/", "/work/", "/tmp/wt-"]) else { return [] }
      return file.lines.enumerated().filter { $0.element.contains(/(^|[\s"'(=`])\/(home|Users|work)\/\w|\/tmp\/wt-/) }
        .map {
          Finding(file, $0.offset, "names a machine's own folder")
        }
    },
    Rule(
      "the project speaks of itself, not of how it came about",
      plant: "Sources/Core/A.swift", "// TODO: ask for more"
    ) { file in
      guard file.mentions(development) else { return [] }
      return file.lines.enumerated().filter { line in development.contains { line.element.contains($0) } }.map {
        Finding(file, $0.offset, "speaks of development")
      }
    },
    Rule(
      "quotation marks are English",
      plant: "Sources/Core/A.swift", #"let message = "There is no paper «\(name)»""#
    ) { file in
      // What LaTeX knows of them, and texts that show what survives a round trip, are about the signs themselves.
      let isAboutThem = ["/LaTeXCharacters.swift", "/GoldenValues.swift", ".txtpb"].contains { file.path.hasSuffix($0) }
      guard !isAboutThem, file.mentions(["«", "»"]) else { return [] }
      return file.lines.enumerated().filter { $0.element.contains(/[«»]/) }.map {
        Finding(file, $0.offset, "has guillemets; write “ and ”")
      }
    },
  ]

  private static let development = [
    "TODO", "FIXME", "XXX:", "HACK", "worktree", "this sprint", "pull request", "coding agent", "code assistant",
    "this session", "last session",
  ]
}
