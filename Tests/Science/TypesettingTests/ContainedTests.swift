import Foundation
import PaperModel
import Sandbox
import Testing

@testable import Typesetting

@Suite struct ContainedTests {
  @Test
  func `the sandbox gives the same PDF as a run outside it`() async throws {
    let folder = "/var/tmp/shoal-typesetting-\(UUID().uuidString.lowercased())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // Jobs run as users of their own, who must be able to pass through.
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
    var configuration = Sandbox.Configuration()
    configuration.scratchFolder = "\(folder)/jobs"
    let runner = try ContainedRunner(
      Sandbox(configuration), python: PythonEnvironment(path: "/usr"), executionFolder: "\(folder)/executions")
    let world = World()
    let project = try await SamplePaper.project(keptIn: world)
    let inside = try await Typesetter(runner: runner).compile(project, claims: everyClaimHolds, with: world)
    let outside = try await Typesetter.forTests.compile(project, claims: everyClaimHolds, with: world)
    #expect(inside.layout == LayoutReport(pages: 5))
    #expect(inside.pdf == outside.pdf)
    #expect(inside.text == outside.text)
  }
}
