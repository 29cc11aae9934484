public import PaperModel

/// Finds problems of a template.
public enum TemplateCheck {
  /// Problems of the files and their shapes, found without Python.
  public static func findings(_ files: [String: [UInt8]]) -> [TemplateFinding] {
    experiment(files["experiment.py"]) + plot(files["plot.py"]) + prompt(files["prompt.json"])
      + ideas(files["seed_ideas.json"], file: "seed_ideas.json") + ideas(files["ideas.json"], file: "ideas.json")
      + latex(files)
  }

  /// Problems that Python's parser finds, from a reading of the source.
  /// - Parameter environment: the folder of the Python environment of the reading, for the advice.
  public static func findings(_ reading: ScriptReading, environment: String? = nil) -> [TemplateFinding] {
    let file = "experiment.py"
    if let broken = reading.syntaxError {
      return [.init(.error, file, broken.sentence, advice: "Correct it.")]
    }
    var out = (reading.metricProblems ?? []).map {
      TemplateFinding(
        .error, file, "\($0).",
        advice: #"Write an entry like "loss": {"words": "test loss", "better": "lower", "unit": "nats"}."#)
    }
    out += (reading.settingProblems ?? []).map {
      TemplateFinding(.warning, file, "\($0) and is not studied.", advice: "Write it as `name = value` on a line.")
    }
    out += missing(reading.missingModules ?? [], environment)
    let studied = reading.settings(atFullScale: false).filter(\.canBeStudied)
    if studied.isEmpty || !reading.settings(atFullScale: true).contains(where: \.canBeStudied) {
      let scale = studied.isEmpty ? "" : " at full scale"
      out.append(
        .init(
          .error, file, "It has no setting that a study could change\(scale).",
          advice: "Write them as lines at the top level, e.g. `learning_rate = 0.01  # step size`."))
    } else if studied.allSatisfy({ $0.words.isEmpty }) {
      out.append(
        .init(
          .note, file, "No setting says in words what it is.",
          advice: "Put a comment behind each; papers use it."))
    }
    if reading.metrics.isEmpty {
      out.append(
        .init(
          .note, file, "There is no `metrics` dictionary; the primary metric is guessed from the results.",
          advice: "Name the metrics, the primary first, each with words, better and unit."))
    }
    return out
  }

  /// All findings: of the files, and of the source as Python's parser reads it, with the modules that are missing.
  /// - Parameters:
  ///   - environment: the folder of the Python environment, for the advice.
  ///   - findsMissing: whether imports that the Python environment lacks are findings.
  /// - Throws: the errors of the step.
  public static func check(
    _ template: TemplateContents, by settings: PythonSettings, environment: String? = nil,
    findsMissing: Bool = true, with surroundings: any Surroundings
  ) async throws -> [TemplateFinding] {
    var out = template.findings + findings(template.files)
    guard let source = template.files["experiment.py"], !source.isEmpty else { return out }
    do {
      let reading = try await settings.read(
        try await surroundings.keep(source), ownModules: findsMissing ? template.modules : nil, with: surroundings)
      out += findings(reading, environment: environment)
    } catch let error as TemplateError {
      out.append(.init(.error, "experiment.py", error.description))
    }
    return out
  }

  /// Distributions whose name differs from that of the module.
  private static let distributions = [
    "sklearn": "scikit-learn", "cv2": "opencv-python", "yaml": "PyYAML", "PIL": "pillow", "skimage": "scikit-image",
    "bs4": "beautifulsoup4",
  ]

  private static func missing(_ modules: [String], _ environment: String?) -> [TemplateFinding] {
    guard !modules.isEmpty else { return [] }
    let names = modules.map { distributions[$0] ?? $0 }.joined(separator: " ")
    let advice = environment.map { "`\($0)/bin/python3 -m pip install \(names)` installs what is missing." }
    let place = environment.map { " in \($0)" } ?? ""
    return [
      .init(
        .error, "experiment.py",
        "It imports \(modules.joined(separator: ", ")), which the Python environment\(place) does not have.",
        advice: advice ?? "Install what is missing: \(names).")
    ]
  }

  private static func experiment(_ bytes: [UInt8]?) -> [TemplateFinding] {
    guard let bytes, !bytes.isEmpty else {
      return [
        .init(
          .error, "experiment.py", bytes == nil ? "The file is missing." : "The file is empty.",
          advice: "It must run as `python experiment.py --out_dir=run_0` and write run_0/final_info.json.")
      ]
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return [.init(.error, "experiment.py", "The file is not UTF-8 text.", advice: "Save it as UTF-8.")]
    }
    var out: [TemplateFinding] = []
    if !text.contains("out_dir") {
      out.append(
        .init(
          .error, "experiment.py", "The argument --out_dir is not mentioned.",
          advice: "Take it with argparse and write all results into that folder."))
    }
    if !text.contains("final_info.json") {
      out.append(
        .init(
          .warning, "experiment.py", "final_info.json is not mentioned.",
          advice: "Write the results into a file of this name in the output folder."))
    }
    return out
  }

  private static func plot(_ bytes: [UInt8]?) -> [TemplateFinding] {
    guard let bytes else { return [.init(.note, "plot.py", "The file is missing; figures are drawn without it.")] }
    let isEmpty = bytes.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    return isEmpty ? [.init(.note, "plot.py", "The file is empty; figures are drawn without it.")] : []
  }

  private static func prompt(_ bytes: [UInt8]?) -> [TemplateFinding] {
    let file = "prompt.json"
    let advice = "Give it the texts `system` and `task_description`; without a model nothing needs them."
    guard let bytes else { return [.init(.warning, file, "The file is missing.", advice: advice)] }
    switch Result(catching: { () throws(StrictJSON.Problem) in try StrictJSON.parse(bytes) }) {
    case .failure(let problem):
      return [.init(.error, file, "This is no JSON: \(problem).", advice: "Correct it.")]
    case .success(.object(let entries)):
      return ["system", "task_description"].compactMap { key in
        if case .text(let text) = entries[key], !text.isEmpty { return nil }
        return .init(.warning, file, "The text `\(key)` is missing.", advice: advice)
      }
    case .success: return [.init(.error, file, "This is not an object with names.", advice: advice)]
    }
  }

  private static func ideas(_ bytes: [UInt8]?, file: String) -> [TemplateFinding] {
    guard let bytes else { return [] }
    do {
      let ideas = try IdeaFile(parsing: bytes, file: file)
      let broken = ideas.refused.map { idea in
        TemplateFinding(.warning, file, "Idea \(idea.number) (line \(idea.line)) can't be used. \(idea.reason)")
      }
      let use = TemplateFinding(
        .note, file, "Its ideas are not used by themselves.", advice: "`--ideas-from FILE` enqueues a file of ideas.")
      return broken + [use]
    } catch {
      return [.init(.warning, file, "\(error)", advice: "Each idea needs Name, Title and Experiment as texts.")]
    }
  }

  private static func latex(_ files: [String: [UInt8]]) -> [TemplateFinding] {
    guard files.keys.contains(where: { $0.hasPrefix("latex/") }), files["latex/template.tex"] == nil else { return [] }
    return [
      .init(
        .note, "latex/template.tex", "The folder latex is there without a template.tex; Shoal's own layout is used.")
    ]
  }
}
