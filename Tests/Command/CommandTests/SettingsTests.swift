import FoundationEssentials
import PaperModel
import ServiceTestSupport
import Testing

@testable import shoal

@Suite struct SettingsTests {
  private func file(_ text: String, _ folder: String) throws -> SettingsFile {
    let path = folder + "/shoal.yaml"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try #require(try SettingsFile.read(path))
  }

  @Test func `a flag counts before the environment, and that before the file`() async throws {
    try await withTemporaryFolder { folder in
      let file = try file("data: /from/file\npython: /file/python\n", folder)
      let environment = ["SHOAL_DATA": "/from/environment"]
      #expect(try Settings(data: "/flag", environment: { environment[$0] }, file: file).data == "/flag")
      #expect(try Settings(data: nil, environment: { environment[$0] }, file: file).data == "/from/environment")
      let last = try Settings(data: nil, environment: { _ in nil }, file: file)
      #expect(last.data == "/from/file" && last.python == "/file/python")
    }
  }

  @Test func `prices are exact`() async throws {
    try await withTemporaryFolder { folder in
      let file = try file("prices: {cpu-second: 0.000022}\n", folder)
      #expect(try file.readPrices().cpuSecond == Money(nanodollars: 22_000))
      #expect(try file.readPrices().gpuSecond == Prices.standard.gpuSecond)
    }
  }

  @Test(arguments: ["dat: /x\n", "prices: {cpu: 1}\n", "data: [1]\n", "data: a\ndata: b\n"])
  func `a file that can't be used is refused with its place`(_ text: String) async throws {
    try await withTemporaryFolder { folder in
      let error = #expect(throws: (any Error).self) { try file(text, folder) }
      #expect("\(error!)".contains("shoal.yaml: line"))
    }
  }

  @Test func `an invalid price is refused`() async throws {
    try await withTemporaryFolder { folder in
      let file = try file("prices: {cpu-second: cheap}\n", folder)
      let error = #expect(throws: (any Error).self) { try file.readPrices() }
      #expect("\(error!)".contains("“cheap” is no price"))
    }
  }

  @Test func `a batch file is a campaign, and flags take the place of its keys`() async throws {
    try await withTemporaryFolder { folder in
      let batch = folder + "/batch.yaml"
      let text = "template: grokking\nideas: 5\nname: night\nscale: full\ntime-limit: 5m\nbudget: 2.50\n"
      try Data((text + "when-exhausted: snooze\nscientist: sweep\npriority: -5\n").utf8).write(
        to: URL(fileURLWithPath: batch))
      let data = folder + "/data"
      #expect(try await CommandRun.of(["submit", batch, "--ideas", "7"], data: data).code == 0)
      let shown = try await CommandRun.of(["show", "night"], data: data).output
      for part in ["7 ideas on grokking", "full", "5 min", "$2.50", "wait for a raise"] {
        #expect(shown.contains(part))
      }
      #expect(try await CommandRun.of(["submit", batch], data: data).code == 1)
    }
  }

  @Test(arguments: [
    ("template: grokking\nidea: 5\n", "unknown key “idea”"), ("ideas: 5\n", "“template” is missing"),
    ("template: grokking\nideas: -1\n", "from 0 to 10000"), ("template: grokking\nbudget: much\n", "dollars"),
    ("template: grokking\ntime-limit: soon\n", "a duration"), ("template: grokking\nscale: huge\n", "small, full"),
    ("- template: grokking\n", "needs a mapping"), ("template: grokking\npriority: 101\n", "from -100 to 100"),
    ("template: grokking\nscientist: nobody\n", "one of sweep"), ("template: grokking\nmodel: gpt\n", "one of sweep"),
    ("template: grokking\nscientist: sweep\nmodel: sweep\n", "scientist says it already"),
  ]) func `a batch file with a mistake is refused with its place`(_ text: String, _ says: String) async throws {
    try await withTemporaryFolder { folder in
      let batch = folder + "/batch.yaml"
      try Data(text.utf8).write(to: URL(fileURLWithPath: batch))
      let run = try await CommandRun.of(["submit", batch], data: folder + "/data")
      #expect(run.code == 1)
      #expect(run.errors.contains("line ") && run.errors.contains(says), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/data"))
    }
  }
}
