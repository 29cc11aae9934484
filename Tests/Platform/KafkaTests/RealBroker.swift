import Kafka
import ServiceTestSupport
import Synchronization
import Threads

/// The real broker that the suites of this process share.
enum RealBroker {
  static let cluster = Task { try await KafkaCluster(secure: true) }
  private static let lastNumber = Lock(0)

  static func configuration() async throws -> KafkaConfiguration {
    KafkaConfiguration(brokers: try await cluster.value.brokers, clientID: "tests")
  }

  /// A configuration for the listener with TLS; the test supplies the login.
  static func secure(
    _ login: KafkaSecurity.Login, authorities: String? = nil
  ) async throws -> KafkaConfiguration {
    let cluster = try await cluster.value
    let tls = KafkaSecurity.TLS(authoritiesFile: authorities ?? cluster.authoritiesFile)
    return KafkaConfiguration(
      brokers: cluster.secureBrokers, clientID: "tests", security: KafkaSecurity(tls: tls, login: login))
  }

  /// A name that no other test uses.
  static func freshName(_ word: String) -> String {
    lastNumber.withLock { number in
      number += 1
      return "\(word)-\(number)"
    }
  }

  /// A new topic.
  static func topic(partitions: Int = 1, settings: [String: String] = [:]) async throws -> String {
    let name = freshName("topic")
    let admin = try KafkaAdmin(try await configuration())
    let made = try await admin.create([NewTopic(name: name, partitions: partitions, settings: settings)])
    try made[name]?.get()
    await admin.close()
    return name
  }
}
