extension Rule {
  /// What no page and no comment says.
  static let words = [
    Rule(
      "no path of anybody's machine is anywhere",
      plant: "docs/a.md", "Look into /home/ada/shoal."
    ) { file in
      file.lines.enumerated().filter { $0.element.contains(/(^|[\s"'(=`])\/(home|Users|work)\/\w|\/tmp\/wt-/) }.map {
        Finding(file, $0.offset, "names a machine's own folder")
      }
    },
    Rule(
      "the project speaks of itself, not of how it came about",
      plant: "Sources/Core/A.swift", "// TODO: ask for more"
    ) { file in
      file.lines.enumerated().filter { $0.element.contains(development) }.map {
        Finding(file, $0.offset, "speaks of development")
      }
    },
  ]

  private nonisolated(unsafe) static let development =
    /\b(TODO|FIXME|XXX|HACK|(worktree|sprint|pull request|coding agent|code assistant|this session|last session)s?)\b/
}
