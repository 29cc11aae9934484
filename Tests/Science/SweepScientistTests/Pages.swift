import Foundation
import PaperModel
import Roles
import ScienceTestSupport
import SweepScientist
import Typesetting

/// The contents of a PDF's pages.
enum Pages {
  /// The text of a PDF on one line, hyphenation at the ends of lines undone.
  static func text(_ pdf: BlobReference, in world: World) async throws -> String {
    let text = try await Typesetter(runner: world.runner).text(of: pdf, with: world.surroundings).joined
    return text.replacingOccurrences(of: "-\n", with: "")
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
      .replacingOccurrences(of: "\u{fb01}", with: "fi").replacingOccurrences(of: "\u{fb00}", with: "ff")
  }

  /// Keeps a PDF for inspection, if the environment names a folder.
  static func keepIfAsked(_ pdf: BlobReference, named name: String, in world: World) async throws {
    guard let folder = ProcessInfo.processInfo.environment["SHOAL_TEST_KEEP"] else { return }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(try await world.surroundings.bytes(of: pdf)).write(
      to: URL(fileURLWithPath: folder).appendingPathComponent("\(name).pdf"))
  }

  /// English text without anything that the checklist looks for.
  static let filler = String(
    repeating: "The geese walk on the meadow in the morning, and they stay at the pond for most of the day. ", count: 4)

  /// Reviews a bare PDF with the given text.
  static func review(_ text: String) async throws -> Review {
    let surroundings = MemorySurroundings()
    let runner = PlainRunner()
    let source = "\\documentclass{article}\\begin{document}\(text)\\end{document}"
    let tree = FileTree([.init(path: "paper.tex", blob: try await surroundings.keep([UInt8](source.utf8)))])
    let paper = try await Typesetter(runner: runner).compile(tree, geometry: nil, with: surroundings)
    return try await SweepScientist.make(runner: runner).reviewer.review(
      Submission(pdf: paper.pdf, material: nil, manuscript: nil, prices: .standard), with: surroundings)
  }
}
