import PaperModel
import ScienceTestSupport
import Testing

@testable import ExperimentTemplates

@Suite struct PythonSettingsTests {
  private let surroundings = MemorySurroundings()
  private let settings = PythonSettings(runner: PlainRunner(), prices: .standard)

  private func read(_ source: String) async throws -> ScriptReading {
    try await settings.read(try await surroundings.keep([UInt8](source.utf8)), with: surroundings)
  }

  private func edit(
    _ source: String, _ edits: [(String, String)], scale: CampaignDefinition.Scale = .small
  ) async throws -> String {
    let blob = try await surroundings.keep([UInt8](source.utf8))
    let copies = try await settings.variants(
      of: blob, [edits.map { PythonSettings.Edit(name: $0.0, value: $0.1) }], scale: scale, with: surroundings)
    return String(decoding: try await surroundings.bytes(of: copies[0]), as: UTF8.self)
  }

  @Test func `settings are listed with place, kind, description and choices`() async throws {
    let reading = try await read(
      """
      é = 1; lr = -5e-3  # step size
      mode = 'a'  # one of: a, b (the default is a)
      twice = 1
      twice = 2
      computed = 2 * 3
      flag: bool = True
      seeds = (0, 1)
      """)
    let lr = try #require(reading.settings.first { $0.name == "lr" })
    #expect(lr.value == "-5e-3" && lr.kind == .number && lr.line == 1 && lr.column == 13 && lr.words == "step size")
    #expect(reading.settings.first { $0.name == "mode" }?.choices == ["a", "b"])
    #expect(reading.settings.first { $0.name == "flag" }?.kind == .boolean)
    #expect(reading.settings.first { $0.name == "seeds" }?.kind == .sequence)
    #expect(!reading.settings.contains { ["twice", "computed"].contains($0.name) })
  }

  @Test func `arguments and well-known names in functions are settings of foreign templates`() async throws {
    let reading = try await read(
      """
      import argparse
      def main():
          batch_size = 64
          counter = 0
          optimise(lr=1e-3, verbose=1)
          parser.add_argument("--hidden-dim", type=int, default=32, help="units", choices=[32, 64])
      """)
    let byName = Dictionary(grouping: reading.settings, by: \.name)
    #expect(byName["hidden_dim"]?.first?.place == .argument && byName["hidden_dim"]?.first?.words == "units")
    #expect(byName["lr"]?.first?.place == .inner && byName["batch_size"]?.first?.value == "64")
    #expect(byName["counter"] == nil && byName["verbose"] == nil)
  }

  @Test func `metrics are read with description and direction`() async throws {
    let reading = try await read(
      #"metrics = {"a": {"words": "w", "better": "lower", "unit": "s"}, "b": {"better": "sideways"}, "c": 1}"#)
    #expect(reading.metrics.map(\.name) == ["a", "b"])
    #expect(reading.metrics[0].better == .lower && reading.metrics[1].better == nil)
  }

  @Test func `an edit changes only one literal`() async throws {
    let source = "s = 'lr = 0.1'  # lr = 0.1\nlr = 0.1  # ü\nx = 0.1\n"
    #expect(
      try await edit(source, [("lr", "0.25"), ("x", "-1")])
        == "s = 'lr = 0.1'  # lr = 0.1\nlr = 0.25  # ü\nx = -1\n")
  }

  /// Whatever of these stands in a source, a setting in it is found and edited.
  @Test(arguments: [
    "note = 'x'\r", "note = 'x'  # a\rb = 2\r\n\r",
    "doc = \"\"\"a\u{B}b\u{2028}c\u{85}\rd\"\"\"\n", "\u{C}\n", "\u{FEFF}",
    "# coding: latin-1\n", "t = " + Array(repeating: "1", count: 500).joined(separator: " + ") + "\n",
    "k = 3\nif k == 0: pass\n" + (1..<400).map { "elif k == \($0): pass\n" }.joined(),
    "t = " + Array(repeating: "f", count: 60).joined(separator: "(") + String(repeating: ")", count: 59) + "\n",
    "try:\n  pass\nexcept " + Array(repeating: "E", count: 500).joined(separator: " + ") + ":\n  pass\n",
    #"parser.add_argument("--a", default=1, help="\ud800", choices=["\ud800", 1])\#n"#, "x = f'{g(batch_size=3)!r}'\n",
  ])
  func `a source of any shape is edited`(before: String) async throws {
    let copy = try await edit(before + "lr = 0.1  # step size\n", [("lr", "0.25")])
    #expect(copy.hasSuffix("lr = 0.25  # step size\n"))
    let blob = try await surroundings.keep([UInt8]((before + "lr = 0.1\n").utf8))
    let reading = try await settings.read(blob, ownModules: [], with: surroundings)
    for setting in reading.settings(atFullScale: false) where setting.canBeStudied {
      _ = try await edit(before + "lr = 0.1\n", [(setting.name, StudyValues.studies(of: setting)[0][0])])
    }
  }

  @Test(arguments: [
    ("'add'", ["sub"]), ("r\"add\"", ["sub"]), ("\"\"\"add\"\"\"", ["sub"]), ("'other'", ["add", "sub"]),
  ])
  func `the choices of a study leave out the baseline's`(value: String, others: [String]) async throws {
    let reading = try await read("op = \(value)  # one of: add, sub\n")
    let values = StudyValues.studies(of: reading.settings[0]).joined().map { $0.filter(\.isLetter) }
    #expect(values == others)
  }

  @Test func `at full scale the value in full_scale is edited`() async throws {
    let source = "lr = 0.1\nother = 3\nfull_scale = {\"lr\": 0.5}\n"
    #expect(try await edit(source, [("lr", "0.7")], scale: .full).contains(#"lr = 0.1"#))
    #expect(try await edit(source, [("lr", "0.7")], scale: .full).contains(#"{"lr": 0.7}"#))
    #expect(try await edit(source, [("other", "4")], scale: .full).contains("other = 4"))
    let reading = try await read(source)
    #expect(reading.settings(atFullScale: true).first { $0.name == "lr" }?.value == "0.5")
    #expect(reading.settings(atFullScale: false).first { $0.name == "lr" }?.value == "0.1")
  }

  @Test(arguments: [
    ("absent", "1", "no setting absent"), ("lr", "__import__('os')", "no plain value"),
    ("lr", "1\nimport os", "could not be edited"), ("lr", "1; import os", "could not be edited"),
    ("lr", "[x for x in 'a']", "no plain value"),
  ])
  func `an edit that is no plain value is refused`(name: String, value: String, reason: String) async throws {
    do {
      _ = try await edit("lr = 0.1\n", [(name, value)])
      Issue.record("it was made")
    } catch let error as TemplateError {
      #expect(error.description.contains(reason), "\(error)")
    }
  }

  @Test func `a syntax error is an answer with its line`() async throws {
    #expect(try await read("a = 1\ndef f(:\n").syntaxError?.line == 2)
    #expect(try await read("x = 1\u{0}").syntaxError != nil)
    #expect(try await read(String(repeating: "(", count: 5000)).syntaxError != nil)
  }

  @Test func `reading settings executes no code`() async throws {
    let reading = try await read("import sys\nlr = 1\nsys.exit(3)\nopen('settings.json', 'w').write('no')\n")
    #expect(reading.settings.map(\.name) == ["lr"])
  }
}
