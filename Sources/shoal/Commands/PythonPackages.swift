import ExperimentTemplates
import Operations
import PaperModel

/// Checks that the Python environment has the packages that the built-in templates import.
enum PythonPackages {
  static func finding(_ settings: Settings) async throws -> DoctorFinding {
    let wanted = requirements()
    let script = """
      import importlib.metadata as metadata, json
      found = {}
      for name in \(wanted.keys.sorted()):
          try:
              found[name] = metadata.version(name)
          except metadata.PackageNotFoundError:
              pass
      print(json.dumps(found))
      """
    let surroundings = LocalSurroundings("doctor")
    let program = ContainedProgram(
      toolchain: .python, command: ["packages.py"],
      files: FileTree([.init(path: "packages.py", blob: try await surroundings.keep([UInt8](script.utf8)))]),
      timeLimitSeconds: 60, collects: [])
    do {
      let outcome = try await TemporarySandbox.use(settings) { runner in
        try await surroundings.execute("doctor.python", program, by: runner, prices: settings.prices)
      }
      guard outcome.succeeded else {
        return DoctorFinding(.broken, "packages", "\(settings.python) can't list its packages: \(outcome.errors)")
      }
      return judge(
        wanted, try CanonicalJSON.decode([String: String].self, from: [UInt8](outcome.output.utf8)), settings)
    } catch is CancellationError { throw CancellationError() } catch {
      return DoctorFinding(.broken, "packages", "The packages of \(settings.python) can't be listed: \(error)")
    }
  }

  static func judge(_ wanted: [String: String], _ found: [String: String], _ settings: Settings) -> DoctorFinding {
    let missing = wanted.keys.filter { found[$0] == nil }.sorted()
    guard missing.isEmpty else {
      let words = missing.map { "\($0)==\(wanted[$0] ?? "")" }.joined(separator: " ")
      return DoctorFinding(.broken, "packages", "Missing: `\(settings.python)/bin/pip install \(words)` installs them.")
    }
    let other = wanted.filter { found[$0.key] != $0.value }.keys.sorted()
    guard other.isEmpty else {
      let words = other.map { "\($0) \(found[$0] ?? "") instead of \(wanted[$0] ?? "")" }.joined(separator: ", ")
      return DoctorFinding(
        .weak, "packages", "Other versions than the templates were made with: \(words); results may differ.")
    }
    return DoctorFinding(
      .ok, "packages", wanted.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
  }

  /// The packages in the templates' `requirements.txt`, with their versions.
  static func requirements() -> [String: String] {
    var all: [String: String] = [:]
    for template in BuiltInTemplates.names.compactMap(BuiltInTemplates.named) {
      let text = String(decoding: template.files["requirements.txt"] ?? [], as: UTF8.self)
      for line in text.split(whereSeparator: \.isNewline) {
        let parts = line.split(separator: "=", omittingEmptySubsequences: true)
        if parts.count == 2 { all[String(parts[0])] = String(parts[1]) }
      }
    }
    return all
  }
}
