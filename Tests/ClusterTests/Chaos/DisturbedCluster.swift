import Foundation
import PaperModel
import ServiceTestSupport
import Testing

/// Real brokers, a store and the folder of one machine, for tests that inject faults.
struct DisturbedCluster: Sendable {
  let kafka: KafkaCluster
  /// What the names of its topics begin with.
  let prefix: String
  let folder: String
  /// The machine of all workers: any of them settles what another has lost there.
  let machine: Machine
  /// The machine on which commands are run.
  let desk: Machine

  /// Brokers and a store with its topics made, for as long as a test lasts.
  /// - Parameter own: the brokers to disturb; nil for the shared broker, which is not to be disturbed.
  static func with(_ own: KafkaCluster? = nil, _ body: (DisturbedCluster) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-chaos-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: "\(folder)/store", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let kafka = if let own { own } else { try await SharedBroker.cluster() }
    let (prefix, store) = (SharedBroker.prefix(), "\(folder)/store")
    let cluster = DisturbedCluster(
      kafka: kafka, prefix: prefix, folder: folder,
      machine: try Machine("\(folder)/machine", brokers: kafka.brokers, store: store, prefix: prefix),
      desk: try Machine("\(folder)/desk", brokers: kafka.brokers, store: store, prefix: prefix))
    try await cluster.desk.expect(0, ["topics", "create"])
    try await body(cluster)
  }

  /// A template of its own with its own ideas: a copy of the template that takes no time.
  /// - Parameter seconds: how long every experiment on it sleeps, without using a processor.
  func template(_ name: String, resting seconds: Int = 0) throws -> String {
    let place = "\(folder)/\(name)"
    try FileManager.default.copyItem(atPath: Machine.template, toPath: place)
    guard seconds > 0 else { return place }
    let path = "\(place)/experiment.py"
    let text = try String(contentsOfFile: path, encoding: .utf8)
      .replacingOccurrences(of: "import random\n", with: "import random\nimport time\n")
      .replacingOccurrences(of: "curves = [", with: "time.sleep(\(seconds))\ncurves = [")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return place
  }
}

/// Waits by the machine's clock, for faults that are spread over time and for changes that other processes make.
enum Pace {
  private static let clock = MachineClock()

  static var now: Int64 { clock.nowMicroseconds }

  static func rest(_ seconds: Double) async throws {
    try await clock.wait(untilMicroseconds: now + Int64(seconds * 1_000_000))
  }

  /// Polls until the condition holds or the limit is over.
  /// - Returns: whether the condition held.
  static func look(
    every seconds: Double = 0.1, within limit: Double, until isSo: () async throws -> Bool
  ) async throws -> Bool {
    let end = now + Int64(limit * 1_000_000)
    while try await !isSo() {
      guard now < end else { return false }
      try await rest(seconds)
    }
    return true
  }
}
