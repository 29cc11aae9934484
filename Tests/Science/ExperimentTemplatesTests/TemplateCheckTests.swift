import PaperModel
import ScienceTestSupport
import Testing

@testable import ExperimentTemplates

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
    ("experiment.py", "# out_dir\nx = = 1", .error, "Line 2 of experiment.py is not Python"),
    ("experiment.py", "# out_dir\nx = 1\u{0}", .error, "experiment.py is not Python"),
    ("experiment.py", "# out_dir\nimport nonesuch_module", .error, "It imports nonesuch_module, which the Python"),
    ("experiment.py", "# out_dir\nmetrics = {'a': {'words': 5}}", .error, "metrics['a'] has 'words' = 5"),
    ("experiment.py", "# out_dir\nmetrics = {'a': {'unit': None}}", .error, "metrics['a'] has 'unit' = None"),
    ("experiment.py", "# out_dir\nmetrics = {'a': {'better': 'bigger'}}", .error, "neither 'lower' nor 'higher'"),
    ("experiment.py", "# out_dir\nmetrics = {1: {}}", .error, "metrics[1] needs a text"),
    ("experiment.py", "# out_dir\nmetrics = {'a': 1}", .error, "metrics['a'] needs a dictionary"),
    ("experiment.py", "# out_dir\nmetrics = {'a': {'words': str(5)}}", .error, "metrics is computed"),
    ("experiment.py", "# out_dir\n\(String(repeating: "l", count: 90)) = 1", .warning, "over 80 letters"),
    ("experiment.py", "# out_dir\nx = 'text'", .error, "no setting that a study could change"),
    ("experiment.py", "# out_dir\nseed = 3", .error, "no setting that a study could change"),
    ("experiment.py", "# out_dir\nn = 12345678901234567890", .error, "no setting that a study could change"),
    ("experiment.py", "# out_dir\nn = 0x10", .error, "no setting that a study could change"),
    ("experiment.py", "# out_dir\nx = 1e400", .error, "no setting that a study could change"),
    ("experiment.py", "# out_dir\nop = 'a'  # one of: a", .error, "no setting that a study could change"),
    ("experiment.py", "# out_dir\nop = r'a'  # one of: a, i't", .error, "no setting that a study could change"),
    ("experiment.py", "# out_dir\nx = 1\nfull_scale = {'x': 1e400}", .error, "could change at full scale"),
    ("experiment.py", "# coding: utf-7\n# out_dir\nlr = 1", .error, "declares the encoding utf-7"),
    ("experiment.py", "# coding: latin-1\n# out_dir é\nlr = 1", .error, "declares the encoding iso-8859-1"),
    ("experiment.py", "# coding: nonesuch\n# out_dir\nlr = 1", .error, "unknown encoding"),
    ("experiment.py", "# out_dir\nlr = 1\nreturn lr", .error, "'return' outside function"),
    ("experiment.py", "# out_dir\nlr = 1\nmetrics = {'a\\ud800': {}}", .error, #"metrics['a\ud800'] has half of a"#),
    ("experiment.py", "# out_dir\nlr = 1\nmetrics = {'a': {'words': '\\udc80'}}", .error, "has half of a surrogate"),
    (
      "experiment.py", "# out_dir\nmetrics = {'a': {'unit': 0x\(String(repeating: "f", count: 9000))}}", .error,
      "thousands of digits"
    ),
    ("experiment.py", #"# out_dir\#nfull_scale = {"a\ud800": 1}"#, .warning, #"'a\ud800' has half of a surrogate"#),
    (
      "experiment.py", "# out_dir\nmetrics = {\((0...200).map { "'m\($0)': {}" }.joined(separator: ", "))}", .error,
      "metrics has 201 entries, and may have 200"
    ),
    ("experiment.py", "# out_dir\nlr = 0.1", .note, "in words"),
    ("plot.py", nil, .note, "missing"), ("plot.py", " \n", .note, "empty"),
    ("prompt.json", nil, .warning, "missing"), ("prompt.json", "{", .error, "no JSON"),
    ("prompt.json", "[]", .error, "not an object"), ("prompt.json", #"{"system": ""}"#, .warning, "`system`"),
    ("seed_ideas.json", "{", .warning, "no JSON"), ("seed_ideas.json", "[]", .warning, "no ideas"),
    ("seed_ideas.json", "{}", .warning, "lacks Name"),
    ("seed_ideas.json", #"[{"Name": "a"}]"#, .warning, "lacks Title and Experiment"),
    ("latex/style.sty", "x", .note, "without a template.tex"),
  ])
  func `errors of a template are reported in plain words`(
    file: String, text: String?, severity: TemplateFinding.Severity, words: String
  ) async throws {
    let findings = try await check([file: text])
    let found = findings.contains { $0.severity == severity && $0.description.contains(words) }
    #expect(found, "\(findings)")
  }

  @Test func `modules that are installed, the template's own, guarded or imported later are not missing`() async throws
  {
    let source = """
      # --out_dir final_info.json
      import json, os.path, helpers, parts.layers
      try:
          import nonesuch_one
      except ImportError:
          nonesuch_one = None
      def late():
          import nonesuch_two
      lr = 0.1  # step size
      """
    let findings = try await check([
      "experiment.py": source, "helpers.py": "", "parts/__init__.py": "", "parts/layers.py": "",
    ])
    #expect(!findings.contains { $0.severity == .error }, "\(findings)")
  }

  @Test func `missing modules are named with the command that installs them`() {
    let reading = ScriptReading.lacking(["cv2", "torch"])
    let finding = TemplateCheck.findings(reading, environment: "/opt/python").first { $0.severity == .error }
    #expect(finding?.message == "It imports cv2, torch, which the Python environment in /opt/python does not have.")
    #expect(finding?.advice.contains("`/opt/python/bin/python3 -m pip install opencv-python torch`") == true)
  }

  @Test func `a sound template has only notes on its metrics and its ideas`() async throws {
    let findings = try await check([:])
    #expect(findings.count == 2 && findings.allSatisfy { $0.severity == .note })
    #expect(findings.contains { $0.file == "seed_ideas.json" && $0.description.contains("--ideas-from") })
  }
}

extension ScriptReading {
  /// A reading of a source without settings whose imports are missing.
  fileprivate static func lacking(_ modules: [String]) -> ScriptReading {
    ScriptReading(
      syntaxError: nil, settings: [], metrics: [], mentions: [], problem: nil, metricProblems: nil,
      settingProblems: nil, missingModules: modules)
  }
}
