import ExperimentTemplates
import Foundation
import PaperModel
import Roles
import ScienceTestSupport
import SweepScientist
import Testing

/// One paper on the real template, from idea to PDF.
@Suite struct GrokkingPaperTests {
  @Test func `an idea on the grokking template becomes a paper whose numbers come from its runs`() async throws {
    let template = try #require(BuiltInTemplates.named("grokking"))
    let clock = ContinuousClock()
    var marks: [(String, Duration)] = []
    var last = clock.now
    func mark(_ what: String) {
      marks.append((what, clock.now - last))
      last = clock.now
    }
    let world = try await World(template)
    mark("baseline")
    var idea = try #require(try await world.ideas(1).first)
    mark("ideate")
    idea.study?.values = ["0.0", "0.5"]
    let paper = world.paper(idea)
    let record = try await world.record(paper)
    mark("design and three runs")
    #expect(record.entries.count == 3)
    let material = try await world.material(paper, record)
    mark("plot")
    let manuscript = try await world.scientist.author.write(material, with: world.surroundings)
    mark("write")
    #expect(manuscript.layout.overfullBoxes.isEmpty)
    #expect(manuscript.layout.undefinedReferences.isEmpty)
    #expect(manuscript.layout.pages >= 4)
    if let folder = ProcessInfo.processInfo.environment["SHOAL_TEST_KEEP"] {
      try await keep(manuscript, material, in: folder, of: world, marks)
    }
  }

  private func keep(
    _ manuscript: Manuscript, _ material: PaperMaterial, in folder: String, of world: World,
    _ marks: [(String, Duration)]
  ) async throws {
    let place = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try Data(try await world.surroundings.bytes(of: manuscript.pdf)).write(
      to: place.appendingPathComponent("paper.pdf"))
    for file in manuscript.source.files {
      let target = place.appendingPathComponent("source/\(file.path)")
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(try await world.surroundings.bytes(of: file.blob)).write(to: target)
    }
    let lines =
      marks.map { "\($0.0): \($0.1)" } + ["\(manuscript.layout)", material.figures.notes, material.record.notes]
    try Data(lines.joined(separator: "\n").utf8).write(to: place.appendingPathComponent("notes.txt"))
  }
}
