import ChildProcesses
import Foundation
import Testing

/// A real worker for runs on a GPU, started with foreign keys in its environment and a file of them open, and inspected
/// from outside while it is stopped at a point of its work.
struct IsolatedWorker {
  /// A text in every key that the worker must not have.
  static let marker = "planted-\(UUID().uuidString)"
  private static let keys = [
    "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "HF_TOKEN",
    "GITHUB_TOKEN", "SHOAL_MODEL_KEY", "SHOAL_OPENAI_API_KEY", "SHOAL_KAFKA_PASSWORD", "DATABASE_URL", "PGPASSWORD",
    "SHOAL_KAFKA_SECRET", "LD_AUDIT_KEY", "KUBECONFIG", "SSH_AUTH_SOCK",
  ]

  let program: String
  /// The flags of its installation: `--data DIR`, or `--brokers … --store …`.
  let place: [String]
  /// The variables for its store and its log; they replace planted keys of the same name.
  let environment: [String: String]
  /// The peers that it may be connected to, as `ADDRESS:PORT`.
  let allowed: Set<String>
  /// The addresses on which it may listen.
  var serving: Set<String> = []
  let gpu: MadeUpGPU

  /// A file of keys that its parent has open.
  var keys: String { "\(gpu.root)/keys" }

  /// Starts it, waits until it has reached the point, expects that it holds no key, continues it, and stops it.
  func look(at point: String) async throws {
    try await look(at: point, stages: "run.gpu") { try expectNothing($0, point) }
  }

  /// Starts a worker for some stages, and inspects it while it is stopped at a point.
  func look(at point: String, stages: String, _ check: (HeldByProcess) throws -> Void) async throws {
    var command = ChildCommand(program, ["worker", "--stages", stages, "--gpus", "all"] + place)
    command.environment = try surroundings(["SHOAL_KILL_AT": "\(point):1:STOP", "SHOAL_NVIDIA_ROOT": gpu.root])
    command.limits.time = .seconds(60)
    try Data(Self.marker.utf8).write(to: URL(fileURLWithPath: keys))
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: keys))
    defer { try? file.close() }
    command.inherited = [file.fileDescriptor]
    let starting = command
    let (started, continuation) = AsyncStream<RunningChild>.makeStream()
    async let ended = ChildProcess.run(starting) { continuation.yield($0) }
    var iterator = started.makeAsyncIterator()
    let process = try #require(await iterator.next()?.processID)
    if await Self.stands(process) {
      try check(HeldByProcess(process))
      kill(process, SIGCONT)
      kill(process, SIGTERM)
    }
    let report = try await ended
    #expect(report.end == .exited(0), "\(point): \(report.end) \(report.output.text)\(report.errors.text)")
  }

  /// Works until no work is left.
  func finish() async throws {
    var command = ChildCommand(program, ["worker", "--stages", "run.gpu", "--until-idle"] + place)
    command.environment = try surroundings(["SHOAL_NVIDIA_ROOT": gpu.root])
    command.limits.time = .seconds(120)
    let report = try await ChildProcess.run(command)
    #expect(report.end == .exited(0), "\(report.end) \(report.output.text)\(report.errors.text)")
  }

  private func surroundings(_ more: [String: String]) throws -> [String: String] {
    let inherited = ProcessInfo.processInfo.environment.filter { ["SHOAL_PYTHON", "HOME", "PATH"].contains($0.key) }
    return Dictionary(Self.keys.map { ($0, Self.marker) }) { $1 }
      .merging(inherited) { $1 }.merging(environment) { $1 }.merging(more) { $1 }
  }

  private func expectNothing(_ held: HeldByProcess, _ point: String) throws {
    #expect(held.environment.contains("SHOAL_ISOLATED=1"), "\(point): \(held.environment)")
    #expect(!held.environment.contains { $0.contains(Self.marker) }, "\(point): \(held.environment)")
    #expect(!(try held.remembers(Self.marker)), "\(point): a planted key is in its memory")
    #expect(try held.remembers("SHOAL_ISOLATED"), "\(point): its memory was not searched")
    #expect(!held.files.contains(keys), "\(point): \(held.files)")
    for socket in held.sockets {
      switch socket {
      case .connected(let peer): #expect(allowed.contains(peer), "\(point): connected to \(peer)")
      case .listening(let place): #expect(serving.contains(place), "\(point): listens at \(place)")
      case .unix, .other: Issue.record("\(point): has \(socket)")
      }
    }
    // It does connect to an allowed peer: otherwise the check would prove nothing.
    if !allowed.isEmpty { #expect(held.sockets.contains { if case .connected = $0 { true } else { false } }) }
  }

  /// Waits until the process is stopped; false if it has ended instead.
  private static func stands(_ process: Int32) async -> Bool {
    await withCheckedContinuation { caller in
      Thread.detachNewThread {
        var information = siginfo_t()
        var answer: Int32
        repeat {
          answer = waitid(P_PID, id_t(process), &information, WSTOPPED | WEXITED | WNOWAIT)
        } while answer != 0
          && errno == EINTR
        caller.resume(returning: answer == 0 && Int(information.si_code) == Int(CLD_STOPPED))
      }
    }
  }
}
