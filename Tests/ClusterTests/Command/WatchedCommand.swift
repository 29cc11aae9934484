import ChildProcesses
import Foundation
import Glibc
import Testing

/// A command that runs until it is interrupted; its output can be read while it runs.
struct WatchedCommand {
  private let place: String

  /// The output so far.
  var text: String {
    ["out", "err"].map { end in
      String(decoding: FileManager.default.contents(atPath: "\(place).\(end)") ?? Data(), as: UTF8.self)
    }.joined()
  }

  /// Waits for some output.
  func said(within seconds: Double = 30, _ isEnough: @escaping (String) -> Bool) async throws {
    let hasSaid = try await Pace.look(within: seconds) { isEnough(text) }
    try #require(hasSaid, "\(text)")
  }

  /// Starts a command on a machine, and interrupts it after the body.
  static func run(_ words: [String], on machine: Machine, _ body: (WatchedCommand) async throws -> Void) async throws {
    let place = FileManager.default.temporaryDirectory.path + "/shoal-watched-" + UUID().uuidString
    defer { for end in ["out", "err"] { unlink("\(place).\(end)") } }
    let program = ChildCommand(
      "/bin/sh",
      ["-c", #"place=$1; shift; exec "$@" >"$place.out" 2>"$place.err""#, "sh", place, machine.path] + words
        + machine.place)
    let (started, feed) = AsyncStream<RunningChild>.makeStream()
    let running = Task {
      defer { feed.finish() }
      return try await machine.run(program, limit: .seconds(120)) { feed.yield($0) }
    }
    let result: Result<Void, any Error>
    do { result = .success(try await body(WatchedCommand(place: place))) } catch { result = .failure(error) }
    for await child in started {
      if let process = child.processID { kill(process, SIGINT) }
      break
    }
    let report = try await running.value
    #expect(report.end == .exited(130), "\(words): \(report.end) \(WatchedCommand(place: place).text)")
    try result.get()
  }
}
