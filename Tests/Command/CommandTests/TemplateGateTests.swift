import FoundationEssentials
import Operations
import PaperModel
import ServiceTestSupport
import Testing

@testable import shoal

/// `submit`, `run` and `template baseline` refuse the same templates as `template check`, and leave nothing behind.
@Suite struct TemplateGateTests {
  static let source = """
    import argparse, json, os
    rate = 0.1  # step rate
    metrics = {"score": {"words": "score", "better": "higher", "unit": ""}}
    # --out_dir final_info.json
    """

  struct Case: Sendable, CustomTestStringConvertible {
    let source: String?
    let says: String
    var testDescription: String { says }
  }

  static let cases = [
    Case(source: nil, says: "experiment.py: The file is missing."),
    Case(source: source.replacing("\"score\", \"better\"", with: "5, \"better\""), says: "has 'words' = 5"),
    Case(source: source.replacing("rate = 0.1", with: "rate = = 0.1"), says: "Line 2 of experiment.py is not Python"),
    Case(source: source.replacing("rate = 0.1", with: "print(1)"), says: "no setting that a study could change"),
  ]

  private func template(_ source: String?, in folder: String) throws -> String {
    let path = folder + "/tpl"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data("nothing here".utf8).write(to: URL(fileURLWithPath: path + "/notes.txt"))
    if let source { try Data(source.utf8).write(to: URL(fileURLWithPath: path + "/experiment.py")) }
    return path
  }

  @Test(arguments: cases) func `a template that can't be used is refused before anything exists`(_ item: Case)
    async throws
  {
    try await withTemporaryFolder { folder in
      let path = try template(item.source, in: folder)
      let check = try await CommandRun.of(["template", "check", path])
      #expect(check.code == 1 && check.output.contains(item.says), "\(check.output)")
      for words in [["submit", "--template", path], ["run", "--template", path], ["template", "baseline", path]] {
        let run = try await CommandRun.of(words, data: folder + "/data")
        #expect(run.code == 1 && run.errors.contains("The template tpl can't be used."), "\(run.errors)")
        #expect(run.errors.contains(item.says), "\(run.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/data"))
    }
  }

  @Test func `a template that was submitted before is not read again, and one that was changed is`() async throws {
    try await withTemporaryFolder { folder in
      let path = try template(Self.source, in: folder)
      let settings = { (python: String) in
        try Settings(
          data: folder + "/data", environment: { $0 == "SHOAL_PYTHON" ? python : nil }, file: SettingsFile())
      }
      let real = try Settings(data: nil, environment: { ProcessInfo.processInfo.environment[$0] }, file: SettingsFile())
      let gate = TemplateGate(settings: try settings(real.python), runsHere: false)
      let key = try #require(try await gate.check(path, .standard))
      // Nothing is there before the campaign is.
      #expect(!FileManager.default.fileExists(atPath: folder + "/data"))
      try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: true)
      CheckedTemplates(try settings(real.python)).add(key)
      #expect(try await gate.check(path, .standard) == nil)
      let broken = Self.source.replacing("rate = 0.1", with: "rate = = 0.1")
      _ = try template(broken, in: folder)
      await #expect(throws: OperationError.self) { try await gate.check(path, .standard) }
    }
  }

  @Test func `high prices do not stop what a person does at this machine`() async throws {
    let surroundings = LocalSurroundings("check")
    for _ in 0..<2 {
      let value = try await surroundings.step("read", request: "it", reserving: .limit) { _ in
        Settled(7, charge: Charge(money: .limit))
      }
      #expect(value == 7)
    }
  }

  @Test func `missing modules stop runs in this process, and not a submission to other workers`() async throws {
    try await withTemporaryFolder { folder in
      let path = try template(Self.source + "\nimport nonesuch_module\n", in: folder)
      let run = try await CommandRun.of(["run", "--template", path], data: folder + "/data")
      #expect(run.code == 1 && run.errors.contains("It imports nonesuch_module"), "\(run.errors)")
      #expect(run.errors.contains("-m pip install nonesuch_module"))
      let submit = try await CommandRun.of(["submit", "--template", path], data: folder + "/data")
      #expect(submit.code == 0, "\(submit.errors)")
    }
  }

  @Test func `a batch file may begin with a byte order mark, and a wrong number is named with its range`() async throws
  {
    try await withTemporaryFolder { folder in
      let path = folder + "/batch.yaml"
      try Data("\u{feff}template: grokking\nideas: 1\nname: bom\n".utf8).write(to: URL(fileURLWithPath: path))
      #expect(try BatchFile.read(path).name == "bom")
      try Data("template: grokking\nideas: yes\n".utf8).write(to: URL(fileURLWithPath: path))
      let run = try await CommandRun.of(["submit", path], data: folder + "/data")
      #expect(run.code == 1 && run.errors.contains("line 2, column 8: ideas needs a whole number from 0 to 10000"))
    }
  }
}
