import ChildProcesses
import Foundation
import ServiceTestSupport
import Testing

/// The command as users get it, and folders for it.
struct Binary: Sendable {
  let path: String
  let data: String

  /// With the name of a new data folder, in a place that the users of the sandbox can reach.
  init(data name: String) throws {
    path = try ReleaseBinary.path()
    data = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-\(name)-\(UUID().uuidString)").path
  }

  func remove() { try? FileManager.default.removeItem(atPath: data) }

  static var fixtures: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures").path
  }

  /// Runs the command to its end.
  func run(
    _ words: [String], environment: [String: String] = [:], limit: Duration = .seconds(300),
    started: @escaping @Sendable (RunningChild) -> Void = { _ in }
  ) async throws -> ChildReport {
    var command = ChildCommand(path, words + ["--data", data])
    command.environment = ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("SHOAL_") || $0.key == "HOME" }
    command.environment["SWIFT_BACKTRACE"] = "enable=no"
    command.environment.merge(environment) { _, new in new }
    command.limits.time = limit
    return try await ChildProcess.run(command, started: started)
  }

  /// Runs it and requires that it ends with a status.
  @discardableResult
  func expect(_ status: Int32, _ words: [String], environment: [String: String] = [:]) async throws -> String {
    let report = try await run(words, environment: environment)
    #expect(report.end == .exited(status), "\(words): \(report.end) \(report.output.text)\(report.errors.text)")
    return report.output.text
  }
}
