import Foundation
import PaperModel
import Testing

@testable import Typesetting

@Test func look() async throws {
  let world = World()
  let paper = try await Typesetter.forTests.compile(
    try await SamplePaper.project(keptIn: world), claims: everyClaimHolds, with: world)
  try Data(try await world.bytes(of: paper.pdf)).write(to: URL(fileURLWithPath: "/tmp/tsproto/look.pdf"))
  for file in paper.source.files where !file.path.contains("/") {
    try Data(try await world.bytes(of: file.blob)).write(to: URL(fileURLWithPath: "/tmp/tsproto/look-\(file.path)"))
  }
  dump(paper.layout)
  dump(paper.log)
}
