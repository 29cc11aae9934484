import Foundation
import Glibc
import Testing

@testable import shoal

/// A command that goes on until it is told to stop, in this process.
struct WatchedCommand {
  private let place: String

  /// Everything that it has printed and noted until now.
  var text: String {
    ["out", "err"].map { end in
      String(decoding: FileManager.default.contents(atPath: "\(place).\(end)") ?? Data(), as: UTF8.self)
    }.joined()
  }

  /// Waits until it has said something.
  func said(within seconds: Double = 30, _ isEnough: @escaping (String) -> Bool) async throws {
    let hasSaid = try await Pace.look(within: seconds) { isEnough(text) }
    try #require(hasSaid, "\(text)")
  }

  /// Runs one as a machine types it, for as long as it is watched.
  static func run(_ words: [String], on machine: Machine, _ body: (WatchedCommand) async throws -> Void) async throws {
    let place = FileManager.default.temporaryDirectory.path + "/shoal-watched-" + UUID().uuidString
    let output = open("\(place).out", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    let errors = open("\(place).err", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    defer {
      for descriptor in [output, errors] { close(descriptor) }
      for end in ["out", "err"] { unlink("\(place).\(end)") }
    }
    let terminal = Terminal(output: output, errors: errors)
    let flags = [
      "--brokers", machine.brokers.joined(separator: ","), "--store", machine.store, "--data", machine.local,
    ]
    let running = Task { await Shoal.run(words + flags, terminal) }
    let result: Result<Void, any Error>
    do { result = .success(try await body(WatchedCommand(place: place))) } catch { result = .failure(error) }
    running.cancel()
    #expect(await running.value == ExitCode.stopped)
    try result.get()
  }
}
