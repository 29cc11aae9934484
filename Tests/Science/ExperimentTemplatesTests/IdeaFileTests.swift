import PaperModel
import Testing

@testable import ExperimentTemplates

@Suite struct IdeaFileTests {
  private func read(_ text: String) throws -> IdeaFile { try IdeaFile(parsing: Array(text.utf8), file: "ideas") }

  private static let two = ["first", "second"].map {
    #"{"Name": "\#($0)", "Title": "The \#($0)", "Experiment": "Vary it.", "Interestingness": 7, "novel": true}"#
  }

  @Test(
    "the same ideas are read from a list, from lines, from YAML and behind a byte order mark",
    arguments: [
      "[" + two.joined(separator: ",\n") + "]\n", two.joined(separator: "\n") + "\n",
      "\u{feff}\n [\n" + two.joined(separator: " , ") + "\n]",
      """
      # mine
      - Name: first
        Title: The first
        Experiment: Vary it.
        Interestingness: 7
      - {Name: second, Title: "The second", Experiment: 'Vary it.', Interestingness: 7, novel: true}
      """,
    ])
  func forms(text: String) throws {
    let file = try read(text)
    #expect(file.refused.isEmpty)
    #expect(file.ideas.map(\.name) == ["first", "second"] && file.ideas.map(\.number) == [1, 2])
    #expect(file.ideas.allSatisfy { $0.experiment == "Vary it." && $0.interestingness == 7 && $0.novelty == nil })
  }

  @Test(arguments: [
    (#"{"Name": "x", "Title": "T"}"#, "lacks Experiment"),
    (#"{"Name": 3, "Title": "T", "Experiment": "E"}"#, "lacks Name"),
    ("7", "no object"), (#"{"Name": "x" "Title": "T"}"#, "no JSON"), (#"{"Name": "x, "Title": "T"}"#, "no JSON"),
    (#"{"Name": "x", "Title": "T", "Experiment": "E", "Novelty": 11}"#, "Novelty"),
    (#"{"Name": "x", "Title": "T", "Experiment": "E", "Feasibility": "8"}"#, "Feasibility"),
    (#"{"Name": "x", "Title": "T", "Experiment": "E", "novel": false}"#, "not novel"),
    (#"{"Name": "x", "Title": "\#(String(repeating: "ü", count: 301))", "Experiment": "E"}"#, "too long"),
  ])
  func `a broken idea is named by its number and line, and the others are read`(broken: String, reason: String) throws {
    for (text, line) in [
      ("[\n\(Self.two[0]),\n\(broken),\n\(Self.two[1])\n]", 3),
      ([Self.two[0], "", broken, Self.two[1]].joined(separator: "\n"), 3),
    ] {
      let file = try read(text)
      #expect(file.ideas.map(\.name) == ["first", "second"], "of \(text)")
      let refused = try #require(file.refused.first)
      #expect(file.refused.count == 1 && refused.number == 2 && refused.line == line)
      #expect(refused.reason.contains(reason), "\(refused.reason)")
    }
  }

  @Test func `a truncated list keeps the ideas before`() throws {
    let file = try read("[\n\(Self.two[0]),\n\(Self.two[1]),\n")
    #expect(file.ideas.count == 2)
    #expect(file.refused.map(\.number) == [3] && file.refused.first?.reason.contains("]") == true)
  }

  @Test(arguments: ["", " \n", "[]", "{}x", "title: x\n", "- [unclosed\n", "just text"])
  func `a file without ideas is refused by name`(text: String) throws {
    do {
      let file = try read(text)
      #expect(file.ideas.isEmpty && !file.refused.isEmpty)
    } catch let error as IdeaFileError { #expect(error.description.hasPrefix("ideas")) }
  }

  @Test func `ten thousand ideas are read, one more is too many`() throws {
    let idea = Self.two[0]
    let many = Array(repeating: idea, count: IdeaFile.mostIdeas)
    #expect(try read(many.joined(separator: "\n")).ideas.count == IdeaFile.mostIdeas)
    #expect(throws: IdeaFileError.self) { try read("[" + (many + [idea]).joined(separator: ",") + "]") }
  }
}
