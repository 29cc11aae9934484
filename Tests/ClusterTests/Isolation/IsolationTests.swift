import ChildProcesses
import Foundation
import Operations
import Testing

/// A node that only executes experiments holds no key, and talks to nothing but its message log and its store.
@Suite(.serialized)
struct IsolationTests {
  @Test(.timeLimit(.minutes(3)))
  func `a worker for runs on a GPU holds no key, no foreign file and no connection`() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-alone-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let gpu = try MadeUpGPU(in: folder)
    defer { gpu.remove() }
    try await Self.check(
      place: ["--data", "\(folder)/data"], environment: [:], allowed: [], gpu: gpu)
  }

  /// The whole check on an installation, wherever that is: a campaign on a GPU is submitted, one worker thinks, and
  /// workers for runs alone are looked at, one after another, as each stands at another point of its work.
  static func check(
    place: [String], environment: [String: String], allowed: Set<String>, serving: Set<String> = [], gpu: MadeUpGPU
  ) async throws {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let program = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("shoal").path
    let template = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/templates/tiny").path
    func command(_ words: [String]) -> ChildCommand {
      var command = ChildCommand(program, words + place)
      command.environment = ProcessInfo.processInfo.environment
        .filter { ["SHOAL_PYTHON", "HOME", "PATH"].contains($0.key) }.merging(environment) { $1 }
      command.limits.time = .seconds(150)
      return command
    }
    let submitted = try await ChildProcess.run(
      command(["submit", "--template", template, "--ideas", "1", "--device", "gpu", "--name", "alone"]))
    try #require(submitted.end == .exited(0), "\(submitted.errors.text)")
    #expect(submitted.errors.text.contains("wait for workers with a GPU"))
    let thinking = command(["worker", "--until-idle", "--stages", "ideate,novelty,design,plot,write,review,revise"])
    async let thought = ChildProcess.run(thinking)
    let worker = IsolatedWorker(
      program: program, place: place, environment: environment, allowed: allowed, serving: serving, gpu: gpu)
    for point in ["append.claimed.after", "launch.before", "launch.after", "finish.before"] {
      try await worker.look(at: point)
    }
    try await worker.finish()
    let report = try await thought
    #expect(report.end == .exited(0), "\(report.output.text)\(report.errors.text)")
    let costs = try await ChildProcess.run(command(["costs", "--by", "step", "--json"]))
    #expect(costs.output.text.contains("sandbox.run"), "\(costs.output.text)\(costs.errors.text)")
  }
}
