import ChildProcesses
import Foundation
import GeneratorTestSupport
import PaperModel
import Testing

@testable import WireFormat

/// Google's implementation and this one read each other's messages, through protos/agree.py.
@Suite(
  .enabled(
    if: GoogleImplementation.isInstalled,
    "Agreement with Google's protobuf is not tested here: apt-get install protobuf-compiler python3-protobuf"))
struct AgreementTests {
  @Test func `Google's implementation reads our messages`() async throws {
    try await inTemporaryFile { file in
      var random = SeededGenerator(seed: 11)
      var frames: [UInt8] = []
      for index in 0..<4_000 {
        let bytes =
          switch index % 4 {
          case 0: WireFormat.encode(random.entry())
          case 1: WireFormat.encode(random.workItem())
          case 2: WireFormat.encode(random.event())
          default: WireFormat.encode(random.page())
          }
        frames.append(UInt8(index % 4))
        for shift in [0, 8, 16, 24] { frames.append(UInt8(truncatingIfNeeded: bytes.count >> shift)) }
        frames += bytes
      }
      try Data(frames).write(to: file)
      #expect(try await GoogleImplementation.agree("read", file.path) == "4000\n")
    }
  }

  @Test func `messages of Google's implementation are read and written unchanged`() async throws {
    try await inTemporaryFile { file in
      #expect(try await GoogleImplementation.agree("write", file.path, "4000", "12") == "4000\n")
      var rest = [UInt8](try Data(contentsOf: file))[...]
      var count = 0
      while !rest.isEmpty {
        let kind = rest.removeFirst()
        let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        let bytes = Array(rest.dropFirst(4).prefix(length))
        rest = rest.dropFirst(4 + length)
        let written =
          switch kind {
          case 0: try WireJournalEntry(encoded: bytes).encoded()
          case 1: try WireWorkMessage(encoded: bytes).encoded()
          case 2: try WireEvent(encoded: bytes).encoded()
          default: try WireJournalPage(encoded: bytes).encoded()
          }
        #expect(written == bytes)
        count += 1
      }
      #expect(count == 4_000)
    }
  }

  @Test func `Google's implementation reads the same from golden messages and their twins`() async throws {
    let count = GoldenValues.entries.count + GoldenValues.workItems.count + GoldenValues.events.count + 1
    #expect(try await GoogleImplementation.agree("twins", GoldenTests.folder.path) == "\(count)\n")
  }

  @Test func `the generated code is what the generator writes`() async throws {
    #expect(try await GoogleImplementation.run("/bin/sh", [GoogleImplementation.protos("generate"), "--check"]) == "")
  }

  private func inTemporaryFile(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.appendingPathComponent("messages"))
  }
}

/// protoc and python3-protobuf.
enum GoogleImplementation {
  static let python = "/usr/bin/python3"

  static let isInstalled =
    system("command -v protoc >/dev/null && \(python) -c 'import google.protobuf' 2>/dev/null") == 0

  static func protos(_ name: String) -> String {
    GoldenTests.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("protos/\(name)").path
  }

  static func agree(_ arguments: String...) async throws -> String {
    try await run(python, [protos("agree.py")] + arguments)
  }

  /// Runs a program and returns its output.
  /// - Throws: `Disagreement` with its output, if it does not end with 0.
  static func run(_ program: String, _ arguments: [String]) async throws -> String {
    var command = ChildCommand(program, arguments)
    command.environment = ProcessInfo.processInfo.environment
    let report = try await ChildProcess.run(command)
    let said = report.output.text + report.errors.text
    guard report.end == .exited(0) else { throw Disagreement(description: said) }
    return said
  }

  struct Disagreement: Error, CustomStringConvertible {
    let description: String
  }
}
