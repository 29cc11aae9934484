import ChildProcesses
import Foundation
import Operations
import PaperModel
import Projections
import Testing

/// A user's own ideas on their way to papers, through the real command.
@Suite(.serialized)
struct OwnIdeasTests {
  private let template = "\(Binary.fixtures)/templates/tiny"

  private func write(_ text: String, for shoal: Binary, as ending: String) throws -> String {
    let path = "\(shoal.data).\(ending)"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func `ideas become papers under their own titles, impossible ones are named, and none is lost`()
    async throws
  {
    let shoal = try Binary(data: "own")
    let file = try write(
      """
      [{"Name": "dose", "Title": "How Much Momentum?", "Experiment": "Set momentum to 0.2 and 0.8.", "Novelty": 4},
      {"Name": "broken", "Title": "No experiment"},
      {"Name": "again", "Title": "The Same Once More", "Experiment": "Try a momentum of 0.80 or 2e-1."},
      {"Name": "adam", "Title": "Another Optimiser", "Experiment": "Use Adam."},
      {"Name": "noise-level", "Title": "Does Noise Matter?", "Experiment": "Vary the noise."}]
      """, for: shoal, as: "json")
    defer {
      shoal.remove()
      try? FileManager.default.removeItem(atPath: file)
    }
    let words = ["submit", "--template", template, "--ideas-from", file, "--name", "own"]
    let report = try await shoal.run(words)
    #expect(report.end == .exited(1))
    #expect(report.output.text.contains("own is enqueued with 2 of 5 ideas"), "\(report.output.text)")
    let said = report.errors.text.split(separator: "\n")
    #expect(said.count == 3, "\(said)")
    for (line, parts) in zip(
      said, [["idea 2", "line 2", "Experiment"], ["idea 3", "line 3", "idea 1"], ["idea 4", "adam", "momentum"]])
    {
      for part in parts { #expect(line.contains(part), "\(line)") }
    }
    try await shoal.expect(0, ["run"])
    let found = try await Inspection(shoal.data)
    let titles = found.campaigns.flatMap(\.papers).map(\.title)
    #expect(titles == ["How Much Momentum?", "Does Noise Matter?"])
    #expect(found.campaigns.allSatisfy { $0.isDone })
    found.checkMoney()

    // The sweep's own later proposals differ from them.
    try await shoal.expect(0, ["run", "--template", template, "--ideas", "2", "--name", "later"])
    let later = try await Inspection(shoal.data)
    #expect(later.campaigns.allSatisfy { $0.isDone })
    // A paper with the same study as another campaign's is announced, and ends as not novel.
    let third = try await shoal.run([
      "run", "--template", template, "--ideas-from", file, "--ideas", "1", "--name", "third",
    ])
    #expect(third.end == .exited(1))
    #expect(third.errors.text.contains("the same study as own.1"), "\(third.errors.text)")
    #expect(third.output.text.contains("dead"), "\(third.output.text)")
  }

  @Test func `a batch file lists ideas, and one without a possible idea enqueues nothing`() async throws {
    let shoal = try Binary(data: "batch")
    let batch = try write(
      """
      template: \(template)
      name: listed
      ideas:
        - Name: curve
          Title: Curvature
          Experiment: Curvature 0.5 and 2.
        - {Name: start, Title: Start, Experiment: Vary the start.}
      """, for: shoal, as: "yaml")
    let lines = try write("{\"Name\": \"a\"}\n\nnonsense\n", for: shoal, as: "jsonl")
    defer {
      shoal.remove()
      for file in [batch, lines] { try? FileManager.default.removeItem(atPath: file) }
    }
    #expect(try await shoal.expect(0, ["submit", batch]).contains("listed is enqueued with 2 of 2 ideas"))
    let none = try await shoal.run(["submit", "--template", template, "--ideas-from", lines, "--name", "none"])
    #expect(none.end == .exited(1) && none.errors.text.contains("None of the 2 ideas"), "\(none.errors.text)")
    #expect(none.errors.text.contains("line 1") && none.errors.text.contains("line 3"))
    let found = try await shoal.expect(0, ["status"])
    #expect(found.contains("listed") && !found.contains("none"))
    try await shoal.expect(0, ["run"])
  }
}
