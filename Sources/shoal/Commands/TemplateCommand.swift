import CommandTable
import ExperimentTemplates
import Operations
import PaperModel
import Sandbox

/// `shoal template list` and `shoal template check`
enum TemplateCommand {
  static let summary = "list, check and prepare experiment templates"

  static let argument = Argument("NAME|DIR", help: "a built-in template, or a folder")

  static let list = CommandList.Entry(
    command: Command(
      "list", summary: "list the built-in templates",
      discussion: "Name your own folder by its path: --template ./my-template.",
      examples: [.init("shoal template list", "Prints names and experiments.")]),
    run: { invocation, terminal in
      let documents = BuiltInTemplates.names.compactMap(BuiltInTemplates.named).map(TemplateDocument.init)
      let text = documents.map { "\($0.name)\n\(wrapped($0.description))" }.joined(separator: "\n")
      try terminal.print(text, orJSON: documents, isJSON: invocation.isSet("json"))
      return ExitCode.success
    })

  static let check = CommandList.Entry(
    command: Command(
      "check", summary: "find problems of a template",
      discussion: """
        Checks the files, and parses experiment.py (without running it) with Python's own parser in the sandbox, which \
        also finds imports that the Python environment lacks. Ends with 1 if the template can't be used.
        """,
      arguments: [argument],
      flags: [
        .toggle(
          "dangerously-run-without-sandbox",
          help: "Run a model's code WITHOUT containment: it can read your files and use the network")
      ],
      examples: [.init("shoal template check grokking", "Checks a built-in template.")]),
    run: runCheck)

  struct TemplateDocument: Codable {
    let name: String
    let description: String
    let files: [String]

    init(_ contents: TemplateContents) {
      struct Prompt: Decodable { let task_description: String? }
      name = contents.name
      files = contents.files.keys.sorted()
      let prompt = contents.files["prompt.json"].flatMap { try? CanonicalJSON.decode(Prompt.self, from: $0) }
      description = prompt?.task_description ?? ""
    }
  }

  struct Findings: Codable {
    let template: String
    let usable: Bool
    let findings: [TemplateFinding]
  }

  @Sendable private static func runCheck(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let contents = try TemplateChoice.contents(invocation.argument("NAME|DIR") ?? "")
    let settings = try Settings(invocation)
    if let problem = PythonEnvironment(path: settings.python).problem { throw OperationError(problem) }
    let surroundings = LocalSurroundings("check")
    let isUncontained = invocation.isSet("dangerously-run-without-sandbox")
    let findings = try await TemporarySandbox.use(settings, uncontained: isUncontained) { runner in
      try await TemplateCheck.check(
        contents, by: PythonSettings(runner: runner, prices: settings.prices), environment: settings.python,
        with: surroundings)
    }
    let isUsable = !findings.contains { $0.severity == .error }
    let choice = invocation.argument("NAME|DIR") ?? contents.name
    let verdict =
      isUsable
      ? "\(contents.name) can be used. `shoal template baseline \(choice)` shows whether its experiment runs."
      : "\(contents.name) can't be used."
    let lines = findings.sorted { rank($0) < rank($1) }.map(\.description) + [verdict]
    try terminal.print(
      lines.joined(separator: "\n"), orJSON: Findings(template: contents.name, usable: isUsable, findings: findings),
      isJSON: invocation.isSet("json"))
    return isUsable ? ExitCode.success : ExitCode.failure
  }

  private static func rank(_ finding: TemplateFinding) -> Int {
    switch finding.severity {
    case .error: 0
    case .warning: 1
    case .note: 2
    }
  }

  private static func wrapped(_ text: String) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + word.count > 74 { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "    " : " ") + word
    }
    return lines.joined(separator: "\n")
  }
}
