import ChildProcesses
import Foundation
import Glibc
import ServiceTestSupport
import Testing

/// The command as users get it, and folders for it.
struct Binary: Sendable {
  let path: String
  let data: String

  /// Makes the name of a new data folder, in a place that the users of the sandbox can reach.
  init(data name: String) throws {
    path = try ReleaseBinary.path()
    data = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-\(name)-\(UUID().uuidString)").path
  }

  func remove() { try? FileManager.default.removeItem(atPath: data) }

  static var fixtures: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures").path
  }

  /// Command lines of containers whose job folder belongs to no living process.
  static func orphans() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { name in
      guard Int32(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
        return nil
      }
      let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      guard words.first?.hasSuffix("/bwrap") == true,
        let work = words.first(where: { $0.contains("/shoal-jobs") && $0.hasSuffix("/work") })
      else { return nil }
      let lock = open("\(work.dropLast(5)).lock", O_RDONLY | O_CLOEXEC)
      defer { if lock >= 0 { close(lock) } }
      let isHeld = lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0
      return isHeld ? nil : "\(name): \(words.joined(separator: " "))"
    }
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

  /// Runs it and requires an exit status.
  @discardableResult
  func expect(_ status: Int32, _ words: [String], environment: [String: String] = [:]) async throws -> String {
    let report = try await run(words, environment: environment)
    #expect(report.end == .exited(status), "\(words): \(report.end) \(report.output.text)\(report.errors.text)")
    return report.output.text
  }
}
