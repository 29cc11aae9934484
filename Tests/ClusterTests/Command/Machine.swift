import ChildProcesses
import Foundation
import Glibc
import ServiceTestSupport
import Testing

/// A machine of a cluster: the command as users get it, with a folder of its own and the store that all machines share.
struct Machine: Sendable {
  let path: String
  /// The folder of this machine alone.
  let local: String
  let brokers: [String]
  let store: String
  var environment: [String: String] = [:]

  /// - Parameter prefix: what the names of the installation's topics begin with; nil for the command's own.
  init(_ folder: String, brokers: [String], store: String, prefix: String? = nil) throws {
    path = try ReleaseBinary.path()
    local = folder
    self.brokers = brokers
    self.store = store
    environment["SHOAL_KAFKA_TOPIC_PREFIX"] = prefix
  }

  /// A template whose experiments take no time.
  static var template: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/templates/tiny").path
  }

  /// Runs the command to its end.
  func run(
    _ words: [String], limit: Duration = .seconds(60),
    started: @escaping @Sendable (RunningChild) -> Void = { _ in }
  ) async throws -> ChildReport {
    try await run(ChildCommand(path, words + place), limit: limit, started: started)
  }

  /// The flags that select the cluster and the folder.
  var place: [String] { ["--brokers", brokers.joined(separator: ","), "--store", store, "--data", local] }

  /// Runs a program in the environment of a command.
  func run(
    _ program: ChildCommand, limit: Duration, started: @escaping @Sendable (RunningChild) -> Void = { _ in }
  ) async throws -> ChildReport {
    var command = program
    let names = ["SHOAL_PYTHON", "HOME", "PATH", "LD_LIBRARY_PATH"]
    command.environment = ProcessInfo.processInfo.environment.filter { names.contains($0.key) }
    command.environment["SWIFT_BACKTRACE"] = "enable=no"
    command.environment.merge(environment) { _, new in new }
    command.limits.time = limit
    return try await ChildProcess.run(command, started: started)
  }

  /// Runs it and requires an exit status.
  @discardableResult
  func expect(_ status: Int32, _ words: [String], limit: Duration = .seconds(60)) async throws -> String {
    let report = try await run(words, limit: limit)
    #expect(report.end == .exited(status), "\(words): \(report.end) \(report.output.text)\(report.errors.text)")
    return report.output.text
  }

  /// The JSON that a command prints.
  func json<Value: Decodable>(_ words: [String], as type: Value.Type = Value.self) async throws -> Value {
    let text = try await expect(0, words + ["--json"])
    return try JSONDecoder().decode(type, from: Data(text.utf8))
  }
}

/// A worker process that works until it is stopped.
final class WorkerProcess: Sendable {
  private let running: Task<ChildReport, any Error>
  private let started: AsyncStream<RunningChild>

  init(_ machine: Machine, _ words: [String]) {
    let (stream, feed) = AsyncStream.makeStream(of: RunningChild.self)
    started = stream
    running = Task {
      defer { feed.finish() }
      return try await machine.run(["worker"] + words, limit: .seconds(600)) { feed.yield($0) }
    }
  }

  /// Sends a signal as soon as the process runs, and waits for its end. To be called once.
  func end(with signal: Int32 = SIGTERM) async throws -> ChildReport {
    for await child in started {
      if let process = child.processID { kill(process, signal) }
      break
    }
    return try await running.value
  }
}
