import Kafka
import ServiceTestSupport

/// Opens clients to test whether brokers admit them.
enum Connecting {
  /// Opens a producer and waits for an answer.
  static func connect(_ configuration: KafkaConfiguration, within limit: Duration = .seconds(10)) async throws {
    let producer = try KafkaProducer(configuration)
    do { try await producer.connect(within: limit) } catch {
      await producer.close(within: .zero)
      throw error
    }
    await producer.close()
  }

  /// Waits until a cluster that was started again answers clients without a login.
  static func awaitAnswer(of cluster: KafkaCluster) async throws {
    try await connect(KafkaConfiguration(brokers: cluster.brokers, clientID: "tests"), within: .seconds(40))
  }
}
