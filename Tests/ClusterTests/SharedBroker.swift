import ServiceTestSupport
import Synchronization

/// The broker that the tests of this process share. Each test has topics of its own, by their prefix.
enum SharedBroker {
  private static let starting = Task { try await KafkaCluster(secure: true) }
  private static let prefixes = Atomic(0)

  static func cluster() async throws -> KafkaCluster { try await starting.value }

  /// A topic prefix that no other test has.
  static func prefix() -> String { "t\(prefixes.add(1, ordering: .relaxed).newValue)." }
}
