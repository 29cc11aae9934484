import FoundationEssentials
import Glibc

@testable import shoal

/// What a command line came to.
struct CommandRun {
  let code: Int32
  let output: String
  let errors: String

  /// Runs a command line in this process, as the binary would.
  static func of(_ words: [String], data: String? = nil) async throws -> CommandRun {
    let place = FileManager.default.temporaryDirectory.path + "/command-run-" + UUID().uuidString
    defer { for end in ["out", "err"] { unlink("\(place).\(end)") } }
    let output = open("\(place).out", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    let errors = open("\(place).err", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    defer {
      close(output)
      close(errors)
    }
    let terminal = Terminal(output: output, errors: errors)
    let code = await Shoal.run(words + (data.map { ["--data", $0] } ?? []), terminal)
    return CommandRun(code: code, output: try text("\(place).out"), errors: try text("\(place).err"))
  }

  private static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  /// The output as a value.
  func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(type, from: Data(output.utf8))
  }
}
