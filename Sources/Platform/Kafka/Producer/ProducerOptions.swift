extension KafkaProducer {
  /// How a producer trades latency, throughput and memory.
  public struct Options: Sendable {
    /// How batches are packed.
    public enum Compression: String, Sendable {
      /// Not at all.
      case none
      /// Zstandard.
      case zstd
      /// LZ4: faster, less dense.
      case lz4
    }
    /// How long a record waits for company before its batch is sent; with zero it waits only while a request is out.
    public var linger: Duration = .zero
    /// How long a record may take altogether, retries included, before its sending fails.
    public var deliveryTimeout: Duration = .seconds(120)
    /// How batches are packed.
    public var compression = Compression.zstd
    /// The most bytes of one record.
    public var recordByteLimit = 1_048_576
    /// The most records that are in this process, sent and not yet confirmed; further sends wait.
    public var queueRecordLimit = 100_000
    /// The most bytes of such records; further sends wait.
    public var queueByteLimit = 64 << 20

    /// Low latency, 64 MiB of memory at most, two minutes for a record.
    public init() {}
  }

  static func settings(
    _ configuration: KafkaConfiguration, _ options: Options
  ) throws(KafkaError) -> Settings {
    let settings = try Settings(configuration)
    try settings.set("enable.idempotence", "true")
    try settings.set("acks", "all")
    try settings.set("max.in.flight.requests.per.connection", "5")
    try settings.set("message.send.max.retries", "2147483647")
    try settings.set("retry.backoff.ms", "100")
    try settings.set("enable.gapless.guarantee", "false")
    try settings.set("linger.ms", options.linger)
    try settings.set("message.timeout.ms", options.deliveryTimeout)
    try settings.set("request.timeout.ms", min(configuration.requestTimeout, options.deliveryTimeout))
    try settings.set("compression.codec", options.compression.rawValue)
    try settings.set("partitioner", "murmur2_random")
    try settings.set("sticky.partitioning.linger.ms", "10")
    try settings.set("batch.size", "1000000")
    try settings.set("batch.num.messages", "10000")
    try settings.set("message.max.bytes", "\(options.recordByteLimit)")
    // The limits that count are kept by `SendingRoom`; these only must not be hit before.
    try settings.set("queue.buffering.max.messages", "\(options.queueRecordLimit + 1)")
    try settings.set("queue.buffering.max.kbytes", "2097151")
    try settings.set("delivery.report.only.error", "false")
    return settings
  }
}
