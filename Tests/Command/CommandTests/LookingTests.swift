import FoundationEssentials
import ServiceTestSupport
import Testing

@testable import shoal

/// Commands that only read, where nothing may be written.
@Suite struct LookingTests {
  static let commands = [
    ["status"], ["status", "made", "--json"], ["costs"], ["costs", "--json"], ["show", "made"], ["show", "made.1"],
    ["logs"], ["top", "--once"], ["dead", "list"],
  ]

  @Test(arguments: commands) func `a reading command creates no file`(_ words: [String]) async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      for name in ["bell", "shoal.sqlite-turn"] { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
      try FileManager.default.removeItem(atPath: "\(folder)/workers")
      // If a projection can't be saved, a second read must be as good as the first.
      try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: "\(folder)/shoal.sqlite")
      let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      for _ in 0..<2 {
        let run = try await CommandRun.of(words, data: folder)
        #expect(run.code == 0 && run.errors == "" && !run.output.isEmpty)
      }
      let after = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(after.filter { $0 != "shoal.sqlite-turn" } == before)
    }
  }

  @Test func `a reading command creates no file in an empty folder`() async throws {
    try await withTemporaryFolder { folder in
      let run = try await CommandRun.of(["status"], data: folder)
      #expect(run.code == 1 && run.errors.contains("There is no data in \(folder)."))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }
}
