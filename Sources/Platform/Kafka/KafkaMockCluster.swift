internal import CRdKafka
internal import Synchronization

/// librdkafka's own brokers inside this process, for tests: no data survive it, and a partition silently drops its
/// oldest records beyond 5 MiB or 100,000 records. It knows no admin requests.
public final class KafkaMockCluster: @unchecked Sendable {
  private let client: Client
  private let cluster: OpaquePointer
  /// The addresses of the brokers.
  public let brokers: [String]

  /// Starts brokers numbered from 1, on free ports of 127.0.0.1.
  public init(brokerCount: Int = 1) throws(KafkaError) {
    precondition(brokerCount > 0, "a cluster has at least one broker")
    let configuration = KafkaConfiguration(brokers: [], clientID: "mock-cluster")
    client = try Client(RD_KAFKA_PRODUCER, try Settings(configuration, connects: false), ClientObserver(configuration))
    guard let cluster = rd_kafka_mock_cluster_new(client.handle, Int32(brokerCount)) else {
      client.destroy(within: .seconds(10))
      throw .badSetting("No mock cluster of \(brokerCount) brokers could be started; see whether ports are free.")
    }
    self.cluster = cluster
    brokers = String(cString: rd_kafka_mock_cluster_bootstraps(cluster)).split(separator: ",").map(String.init)
  }

  deinit {
    rd_kafka_mock_cluster_destroy(cluster)
    client.destroy(within: .seconds(10))
  }

  /// A configuration for clients of this cluster.
  public var configuration: KafkaConfiguration { KafkaConfiguration(brokers: brokers, clientID: "test") }

  /// Creates a topic. (A requested topic that was not created gets four partitions.)
  public func createTopic(_ name: String, partitions: Int, replicas: Int = 1) throws(KafkaError) {
    try check(rd_kafka_mock_topic_create(cluster, name, Int32(partitions), Int32(replicas)), name)
  }

  /// Cuts a broker's connections and takes no new ones; all brokers for nil.
  public func stop(broker: Int32? = nil) throws(KafkaError) {
    try check(rd_kafka_mock_broker_set_down(cluster, broker ?? -1), "stopping a broker")
  }

  /// Lets a broker take connections again; all brokers for nil.
  public func start(broker: Int32? = nil) throws(KafkaError) {
    try check(rd_kafka_mock_broker_set_up(cluster, broker ?? -1), "starting a broker")
  }

  /// Makes a broker's answers this late; all brokers' for nil.
  public func delayAnswers(by delay: Duration, broker: Int32? = nil) throws(KafkaError) {
    try check(rd_kafka_mock_broker_set_rtt(cluster, broker ?? -1, delay.wholeMilliseconds), "delaying a broker")
  }

  /// Kafka's requests, as far as errors are pushed for them.
  public enum Request: Int16, Sendable {
    /// Writing records.
    case produce = 0
    /// Reading records.
    case fetch = 1
    /// Asking for the first or last offset.
    case listOffsets = 2
    /// Requests for topics and brokers.
    case metadata = 3
    /// Committing offsets.
    case offsetCommit = 8
    /// Asking for committed offsets.
    case offsetFetch = 9
    /// Requests for the coordinator of a group.
    case findCoordinator = 10
    case joinGroup = 11
    /// Showing a group's coordinator that one is alive.
    case heartbeat = 12
    /// Getting one's part of the group's partitions.
    case syncGroup = 14
    /// Getting an idempotent producer's number.
    case initProducerID = 22
  }

  /// Makes the next requests of this kind fail, one for each code in this order; 0 lets one pass.
  public func fail(_ request: Request, with codes: [Int32]) {
    let errors = codes.map { rd_kafka_resp_err_t($0) }
    rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, errors.count, errors)
  }

  private func check(_ code: rd_kafka_resp_err_t, _ subject: String) throws(KafkaError) {
    if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw client.context.error(code, subject: subject) }
  }
}
