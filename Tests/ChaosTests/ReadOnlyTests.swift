import ChildProcesses
import Foundation
import Testing

/// The real command on a folder that can't be written to.
@Suite struct ReadOnlyTests {
  private let template = "\(Binary.fixtures)/templates/tiny"
  private static let looks = ["status", "costs", "logs", "top --once", "dead list"]

  /// Every reading command on a read-only mount of the folder, with the exit code of each.
  private func looks(at shoal: Binary) async throws -> ChildReport {
    let lines = Self.looks.map { "\"$1\" \($0) --data \"$2.mount\" >&2; echo \"\($0): $?\"" }
    let script =
      "mkdir -p \"$2.mount\" && mount --bind \"$2\" \"$2.mount\" && mount -o remount,ro,bind \"$2.mount\" && "
      + "! touch \"$2.mount/x\" 2>/dev/null || exit 99\n" + lines.joined(separator: "\n")
    var command = ChildCommand("/usr/bin/unshare", ["-rm", "/bin/sh", "-c", script, "sh", shoal.path, shoal.data])
    command.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
    command.limits.time = .seconds(60)
    return try await ChildProcess.run(command)
  }

  @Test(arguments: [nil, "publish.novelty.after:1"])
  func `every reading command works on a read-only copy, also after a killed process`(_ kill: String?) async throws {
    let shoal = try Binary(data: "read-only")
    defer {
      shoal.remove()
      try? FileManager.default.removeItem(atPath: shoal.data + ".mount")
    }
    try await shoal.expect(0, ["submit", "--template", template, "--ideas", "1", "--name", "ro"])
    if let kill {
      let report = try await shoal.run(["run"], environment: ["SHOAL_KILL_AT": kill])
      #expect(report.end == .signalled(9), "\(report.end) \(report.errors.text)")
      let log = try FileManager.default.attributesOfItem(atPath: "\(shoal.data)/shoal.sqlite-wal")[.size] as? Int
      #expect(try #require(log) > 0)
    }
    let report = try await looks(at: shoal)
    #expect(report.end == .exited(0))
    #expect(report.output.text == Self.looks.map { "\($0): 0\n" }.joined(), "\(report.errors.text)")
  }
}
