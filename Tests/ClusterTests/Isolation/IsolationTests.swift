import ChildProcesses
import Foundation
import Glibc
import ServiceTestSupport
import Testing

/// A node that only executes experiments holds no key, and talks only to its message log and its store.
@Suite(.serialized)
struct IsolationTests {
  @Test(.timeLimit(.minutes(3)))
  func `a worker for runs on a GPU holds no key, no foreign file and no connection`() async throws {
    try await Self.withGPU { gpu, data in
      try await Self.check(place: ["--data", data], environment: [:], allowed: [], gpu: gpu)
    }
  }

  @Test(
    .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)), .timeLimit(.minutes(4)))
  func `on a cluster it connects only to its brokers, and keeps no key but their login`() async throws {
    try await Self.withGPU { gpu, data in
      let kafka = try await SharedBroker.cluster()
      let place = ["--brokers", kafka.brokers.joined(separator: ","), "--store", "\(data)-store", "--data", data]
      // The login of its own brokers is the one secret that it keeps; these brokers ask for none.
      let environment = ["SHOAL_KAFKA_PASSWORD": "", "SHOAL_KAFKA_TOPIC_PREFIX": SharedBroker.prefix()]
      let made = try await ChildProcess.run(Self.command(["topics", "create"], place: place, environment))
      try #require(made.end == .exited(0), "\(made.errors.text)")
      try await Self.check(place: place, environment: environment, allowed: Set(kafka.brokers), gpu: gpu)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `the check finds what a worker for other stages holds: keys in environment and memory, a file`() async throws {
    try await Self.withGPU { gpu, data in
      let submitted = try await ChildProcess.run(
        Self.command(["submit", "--template", Self.template, "--ideas", "1"], place: ["--data", data], [:]))
      try #require(submitted.end == .exited(0), "\(submitted.errors.text)")
      let worker = IsolatedWorker(
        program: try ReleaseBinary.path(), place: ["--data", data], environment: [:], allowed: [], gpu: gpu)
      try await worker.look(at: "append.claimed.after", stages: "run.gpu,ideate") { held in
        #expect(held.environment.contains("OPENAI_API_KEY=\(IsolatedWorker.marker)"))
        let isRemembered = try held.remembers(IsolatedWorker.marker)
        #expect(isRemembered)
        #expect(held.files.contains(worker.keys))
      }
    }
  }

  @Test func `connections and places to connect to are seen`() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer {
      close(client)
      close(listener)
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, address, &length) == 0
          && connect(client, address, length) == 0
      }
    }
    try #require(isConnected)
    let place = "127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    let held = try HeldByProcess(getpid())
    #expect(held.sockets.contains(.listening(place)) && held.sockets.contains(.connected(place)))
  }

  /// A GPU and a data folder for one test.
  static func withGPU(_ body: (MadeUpGPU, String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-alone-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let gpu = try MadeUpGPU(in: folder)
    defer { gpu.remove() }
    try await body(gpu, "\(folder)/data")
  }

  static var template: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/templates/tiny").path
  }

  static func command(_ words: [String], place: [String], _ environment: [String: String]) throws
    -> ChildCommand
  {
    var command = ChildCommand(try ReleaseBinary.path(), words + place)
    command.environment = ProcessInfo.processInfo.environment
      .filter { ["SHOAL_PYTHON", "HOME", "PATH"].contains($0.key) }.merging(environment) { $1 }
    command.limits.time = .seconds(150)
    return command
  }

  /// The whole check, on any installation: a campaign on a GPU is submitted, one worker does the other stages, and
  /// workers for runs alone are inspected one after another, each stopped at another point of its work.
  static func check(
    place: [String], environment: [String: String], allowed: Set<String>, serving: Set<String> = [], gpu: MadeUpGPU
  ) async throws {
    func command(_ words: [String]) throws -> ChildCommand { try Self.command(words, place: place, environment) }
    let submitted = try await ChildProcess.run(
      try command(["submit", "--template", template, "--ideas", "1", "--device", "gpu", "--name", "alone"]))
    try #require(submitted.end == .exited(0), "\(submitted.errors.text)")
    #expect(submitted.errors.text.contains("wait for workers with a GPU"))
    let thinking = try command(["worker", "--until-idle", "--stages", "ideate,novelty,design,plot,write,review,revise"])
    async let thought = ChildProcess.run(thinking)
    let worker = IsolatedWorker(
      program: try ReleaseBinary.path(), place: place, environment: environment, allowed: allowed, serving: serving,
      gpu: gpu)
    for point in ["append.claimed.after", "launch.before", "launch.after", "finish.before"] {
      try await worker.look(at: point)
    }
    try await worker.finish()
    let report = try await thought
    #expect(report.end == .exited(0), "\(report.output.text)\(report.errors.text)")
    let costs = try await ChildProcess.run(try command(["costs", "--by", "step", "--json"]))
    #expect(costs.output.text.contains("sandbox.run"), "\(costs.output.text)\(costs.errors.text)")
  }
}
