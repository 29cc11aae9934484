import ChildProcesses
import FoundationEssentials
import Glibc
import ServiceTestSupport

@testable import shoal

/// The exit code and the output of a command line.
struct CommandRun {
  let code: Int32
  let output: String
  let errors: String

  /// Runs a command line in this process, or with the release binary if that is chosen.
  static func of(_ words: [String], data: String? = nil) async throws -> CommandRun {
    let line = words + (data.map { ["--data", $0] } ?? [])
    return try await ReleaseBinary.isChosen ? asProcess(line) : here(line)
  }

  private static func asProcess(_ words: [String]) async throws -> CommandRun {
    var command = ChildCommand(try ReleaseBinary.path(), words)
    command.environment = ProcessInfo.processInfo.environment
    command.environment["SWIFT_BACKTRACE"] = "enable=no"
    command.limits.time = .seconds(120)
    command.limits.keptOutputBytes = 16 << 20
    let report = try await ChildProcess.run(command)
    guard case .exited(let code) = report.end else { throw Died(description: "\(words): \(report.end)") }
    return CommandRun(code: code, output: report.output.text, errors: report.errors.text)
  }

  private static func here(_ words: [String]) async throws -> CommandRun {
    let place = FileManager.default.temporaryDirectory.path + "/command-run-" + UUID().uuidString
    defer { for end in ["out", "err"] { unlink("\(place).\(end)") } }
    let output = open("\(place).out", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    let errors = open("\(place).err", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    defer {
      close(output)
      close(errors)
    }
    let terminal = Terminal(output: output, errors: errors)
    let code = await Shoal.run(words, terminal)
    return CommandRun(code: code, output: try text("\(place).out"), errors: try text("\(place).err"))
  }

  private static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  /// The output as a value.
  func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(type, from: Data(output.utf8))
  }

  /// The command did not end by itself.
  struct Died: Error, CustomStringConvertible {
    let description: String
  }
}
