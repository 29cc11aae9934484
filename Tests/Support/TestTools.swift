internal import ChildProcesses
internal import Glibc

/// The tools that `deploy/test-tools` installs, in the folder named by `SHOAL_TEST_TOOLS`.
public enum TestTools {
  /// Why tests that need them are skipped.
  public static let missing = "deploy/test-tools was not run, or SHOAL_TEST_TOOLS does not name its folder"

  /// The path of a tool; nil if it is not installed.
  public static func path(_ tool: String) -> String? {
    guard let folder = getenv("SHOAL_TEST_TOOLS").map({ String(cString: $0) }), !folder.isEmpty else { return nil }
    let path = "\(folder)/bin/\(tool)"
    return access(path, X_OK) == 0 ? path : nil
  }

  /// Whether a tool is installed.
  public static func has(_ tool: String) -> Bool { path(tool) != nil }

  /// Runs a Python program with the packages installed there.
  /// - Returns: its output.
  /// - Throws: `NotStarted` with its output, unless it ends with status 0.
  public static func python(
    _ program: String, _ arguments: [String] = [], input: String = "", limit: Duration = .seconds(60)
  ) async throws -> String {
    var command = ChildCommand(path("python3") ?? "/usr/bin/python3", ["-c", program] + arguments)
    command.input = Array(input.utf8)
    command.limits.time = limit
    let report = try await ChildProcess.run(command)
    guard report.end == .exited(0) else {
      throw NotStarted(description: "a Python program has failed: \(report.errors.text.suffix(500))")
    }
    return report.output.text
  }
}
