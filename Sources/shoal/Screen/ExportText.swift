/// What the files of an exported paper are.
enum ExportText {
  /// The name of the list; another one where the template has a file of that name.
  static func name(_ files: [String]) -> String { files.contains("README.txt") ? "README-shoal.txt" : "README.txt" }

  /// A line for each file or folder that is there.
  /// - Parameters:
  ///   - name: the name of the PDF without its ending.
  ///   - files: the paths of all files.
  ///   - missing: what a finished paper would have in addition, a sentence each.
  static func list(of paper: String, named name: String, _ files: [String], missing: [String]) -> String {
    var lines = ["\(paper), as `shoal export` wrote it.", ""]
    var rest = Set(files)
    var pairs: [(String, String)] = []
    for (entry, words) in known(name) {
      let isFolder = entry.hasSuffix("/")
      let found = rest.filter { isFolder ? $0.hasPrefix(entry) : $0 == entry }
      guard !found.isEmpty else { continue }
      rest.subtract(found)
      pairs.append((entry, words))
    }
    for (place, words) in runs(rest) {
      let found = rest.filter { $0 == place || $0.hasPrefix(place) && place.hasSuffix("/") }
      rest.subtract(found)
      pairs.append((place, words))
    }
    pairs += rest.sorted().map { ($0, $0.hasSuffix(".pdf") ? "a figure of the paper" : "a file of the template") }
    let width = pairs.map(\.0.count).max() ?? 0
    lines += pairs.map { "\(Lines.padded($0.0, width))  \($0.1)" }
    if !missing.isEmpty { lines += [""] + missing }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func known(_ name: String) -> [(String, String)] {
    [
      ("\(name).pdf", "the paper"),
      ("review.txt", "its review, as JSON"),
      ("review.json", "the same, under the other name that tools look for"),
      ("notes.txt", "what each run changed and found, and what the figures show"),
      ("ledger.json", "every step with its cost in nano-dollars"),
      ("journal.jsonl", "the journals of the paper and its runs, one entry a line, as `shoal logs --json` prints them"),
      ("ideas.json", "the ideas of the paper's campaign"),
      ("latex/", "the paper's source; template.tex is a copy of paper.tex under the name that tools look for"),
      ("experiment.py", "the template's experiment, unchanged"),
      ("plot.py", "the template's own figures"),
      ("prompt.json", "the template's texts for language models"),
      ("seed_ideas.json", "the template's own ideas"),
      ("requirements.txt", "the Python packages of the template"),
      ("template_figures/", "what the template's plot.py drew from these runs"),
      ("figures.py", "the program that drew the paper's figures"),
      ("data.json", "the numbers that figures.py drew"),
    ]
  }

  /// The runs' folders and their code, in order.
  private static func runs(_ files: Set<String>) -> [(String, String)] {
    let numbers = Set(files.compactMap { Int($0.dropFirst(4).prefix { $0.isNumber }) ?? nil })
    return numbers.sorted().flatMap { number in
      [
        ("run_\(number)/", number == 0 ? "the files of the baseline" : "the files of run \(number)"),
        ("run_\(number).py", "the experiment as that run executed it"),
      ].filter { entry, _ in files.contains { $0 == entry || entry.hasSuffix("/") && $0.hasPrefix(entry) } }
    }
  }
}
