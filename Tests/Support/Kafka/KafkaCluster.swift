import ChildProcesses
import Glibc

/// Real Kafka brokers on 127.0.0.1, from the scripts that SHOAL_TEST_KAFKA names, with ports and a folder of their own.
///
/// They are killed and their folder is removed when this process ends, however it ends.
public final class KafkaCluster: Sendable {
  /// Whether the start script exists.
  public static let isAvailable = scripts.map { access("\($0)/start", X_OK) == 0 } ?? false
  /// Why tests that need it are skipped.
  public static let whyNot = "SHOAL_TEST_KAFKA names no folder with Apache Kafka's start script"
  private static let scripts = getenv("SHOAL_TEST_KAFKA").map { String(cString: $0) }

  /// `HOST:PORT` of each broker, without encryption and login.
  public let brokers: [String]
  /// `HOST:PORT` of each broker's listener with TLS and a login; empty unless `secure`.
  public let secureBrokers: [String]
  /// The authority of those listeners' certificates.
  public let authoritiesFile: String
  /// The user of the login.
  public let user: String
  public let password: String
  /// The folder of the brokers' data and logs.
  public let folder: String

  private let ports: PortRange
  private let leash: Leash
  private let heap: String?

  /// Starts brokers and waits until all of them answer: 4 s for one, 10 s for three.
  ///
  /// - Parameter heap: the Java heap of each, such as `200m`; the script's default if nil.
  /// - Throws: `NotStarted` with the script's output.
  public init(brokers count: Int = 1, secure: Bool = false, heap: String? = nil) async throws {
    guard let scripts = Self.scripts else { throw NotStarted(description: Self.whyNot) }
    ports = try PortRange(count: 3 * count)
    folder = try TestFiles.newFolder("kafka")
    leash = try Leash()
    // Kills the brokers once this process ends, however it ends, and keeps the ports until then.
    let keeper = #"read -r _ <&3; "$1/stop" -9 "$2" 2>/dev/null; rm -rf "$2""#
    var watching = ChildCommand("/bin/sh", ["-c", keeper, "keeper", scripts, folder])
    watching.environment = ["PATH": "/usr/bin:/bin"]
    watching.inherited = [ports.descriptor]
    _ = leash.run(watching)
    self.heap = heap
    let words = try await Self.run(
      heap, "start", ["--brokers", "\(count)", "--port", "\(ports.first)"] + (secure ? ["--secure"] : []) + [folder])
    var values: [String: String] = [:]
    for line in words.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { values[parts[0]] = parts[1] }
    }
    brokers = (values["KAFKA_BOOTSTRAP"] ?? "").split(separator: ",").map(String.init)
    secureBrokers = (values["KAFKA_SECURE_BOOTSTRAP"] ?? "").split(separator: ",").map(String.init)
    authoritiesFile = values["KAFKA_SECURE_CA"] ?? ""
    user = values["KAFKA_SECURE_USER"] ?? ""
    password = values["KAFKA_SECURE_PASSWORD"] ?? ""
  }

  /// Kills a broker, numbered from 1, as a power cut would, and waits until it is gone.
  public func kill(broker number: Int) async throws {
    _ = try await Self.run(heap, "stop", ["-9", folder, "\(number)"])
  }

  /// Starts a broker again; it answers some seconds later.
  public func restart(broker number: Int) async throws {
    // In a session of its own: processes that a script leaves in its group are killed with it.
    _ = try await Self.run(
      heap, "broker", [folder, "\(number)"], through: ["/usr/bin/setsid", "--wait"])
  }

  /// Adds lines to every broker's settings, where the last one of a name counts, and starts the brokers again.
  public func restart(with settings: [String]) async throws {
    for number in brokers.indices.map({ $0 + 1 }) {
      try await kill(broker: number)
      let file = open("\(folder)/broker-\(number).properties", O_WRONLY | O_APPEND | O_CLOEXEC)
      guard file >= 0 else { throw NotStarted(description: "the settings of broker \(number) can't be written") }
      let text = settings.map { "\($0)\n" }.joined()
      let written = write(file, text, text.utf8.count)
      close(file)
      guard written == text.utf8.count else { throw NotStarted(description: "the settings were written in part") }
      try await restart(broker: number)
    }
  }

  /// Kills all brokers and removes their data. Dropping the cluster does the same, without waiting.
  public func stop() async throws {
    _ = try await Self.run(heap, "stop", ["-9", folder])
    leash.cut()
  }

  private static func run(
    _ heap: String?, _ script: String, _ arguments: [String], through outer: [String] = []
  ) async throws -> String {
    let words = outer + ["\(scripts ?? "")/\(script)"] + arguments
    var command = ChildCommand(words[0], Array(words.dropFirst()))
    command.environment = ["PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"]
    command.environment["KAFKA_HEAP"] = heap
    command.limits.time = .seconds(90)
    let report = try await ChildProcess.run(command)
    guard report.end == .exited(0) else { throw NotStarted(description: "\(script): \(report.errors.text)") }
    return report.output.text
  }
}
