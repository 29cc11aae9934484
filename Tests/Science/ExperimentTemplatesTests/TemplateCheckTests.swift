import ExperimentTemplates
import PaperModel
import ScienceTestSupport
import Testing

@Suite struct TemplateCheckTests {
  private static let good = [
    "experiment.py": "import argparse\nlr = 0.1  # step size\n# --out_dir final_info.json\n", "plot.py": "print(1)",
    "prompt.json": #"{"system": "a", "task_description": "b"}"#,
    "seed_ideas.json": #"[{"Name": "a", "Title": "b", "Experiment": "c"}]"#,
  ]

  private func check(_ changes: [String: String?]) async throws -> [TemplateFinding] {
    var files = Self.good
    for (name, text) in changes { files[name] = text }
    return try await TemplateCheck.check(
      TemplateContents(name: "t", files: files.mapValues { [UInt8]($0.utf8) }),
      by: PythonSettings(runner: PlainRunner(), prices: .standard), with: MemorySurroundings())
  }

  @Test(arguments: [
    ("experiment.py", nil, TemplateFinding.Severity.error, "missing"), ("experiment.py", "", .error, "empty"),
    ("experiment.py", "# final_info.json", .error, "--out_dir"), ("experiment.py", "# out_dir", .warning, "final_info"),
    ("experiment.py", "# out_dir\nx = = 1", .error, "Line 2 is no Python"),
    ("experiment.py", "# out_dir\nx = 'text'", .warning, "No settings"),
    ("experiment.py", "# out_dir\nlr = 0.1", .note, "in words"),
    ("plot.py", nil, .note, "missing"), ("plot.py", " \n", .note, "empty"),
    ("prompt.json", nil, .warning, "missing"), ("prompt.json", "{", .error, "no JSON"),
    ("prompt.json", "[]", .error, "not an object"), ("prompt.json", #"{"system": ""}"#, .warning, "`system`"),
    ("seed_ideas.json", "{", .warning, "no JSON"), ("seed_ideas.json", "[]", .warning, "no ideas"),
    ("seed_ideas.json", "{}", .warning, "lacks Name"),
    ("seed_ideas.json", #"[{"Name": "a"}]"#, .warning, "lacks Title and Experiment"),
    ("latex/style.sty", "x", .note, "without a template.tex"),
  ])
  func `what is wrong is said in plain words`(
    file: String, text: String?, severity: TemplateFinding.Severity, words: String
  ) async throws {
    let findings = try await check([file: text])
    let found = findings.contains { $0.severity == severity && $0.description.contains(words) }
    #expect(found, "\(findings)")
  }

  @Test func `a sound template has nothing but notes on its metrics and its ideas`() async throws {
    let findings = try await check([:])
    #expect(findings.count == 2 && findings.allSatisfy { $0.severity == .note })
    #expect(findings.contains { $0.file == "seed_ideas.json" && $0.description.contains("--ideas-from") })
  }
}
