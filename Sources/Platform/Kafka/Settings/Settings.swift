internal import CRdKafka
internal import Glibc

/// The library's table of settings, owned until a client is made of it.
struct Settings: ~Copyable {
  private let table: OpaquePointer
  private var isGivenAway = false
  let context: ErrorContext

  /// The settings of every client. Nothing important is left to defaults, which differ by version.
  init(_ configuration: KafkaConfiguration, connects: Bool = true) throws(KafkaError) {
    context = ErrorContext(configuration)
    table = rd_kafka_conf_new()
    let brokers = configuration.brokers.filter { !$0.isEmpty }
    guard !brokers.isEmpty || !connects else {
      throw .badSetting("No Kafka broker is named; give at least one as HOST:PORT.")
    }
    if connects { try set("bootstrap.servers", brokers.joined(separator: ",")) }
    try set("client.id", configuration.clientID)
    if let rack = configuration.rack { try set("client.rack", rack) }
    try set("socket.timeout.ms", configuration.requestTimeout)
    try set("socket.connection.setup.timeout.ms", configuration.connectTimeout)
    try set("socket.nagle.disable", "true")
    try set("socket.keepalive.enable", "true")
    try set("reconnect.backoff.ms", "100")
    try set("reconnect.backoff.max.ms", "2000")
    try set("topic.metadata.refresh.interval.ms", "60000")
    try set("topic.metadata.refresh.fast.interval.ms", "100")
    try set("topic.metadata.propagation.max.ms", "10000")
    try set("metadata.max.age.ms", "180000")
    try set("allow.auto.create.topics", "false")
    try set("broker.address.family", "any")
    try set("log.connection.close", "false")
    try set("log_level", "\(configuration.logLevel)")
    try set("statistics.interval.ms", "0")
    // Nothing about this process is pushed to brokers that ask for it, and closing does not wait for a last push.
    if KafkaLibrary.version >= KafkaLibrary.Version(2, 5, 0) { try set("enable.metrics.push", "false") }
    try set(configuration.security)
  }

  deinit { if !isGivenAway { rd_kafka_conf_destroy(table) } }

  /// Sets one value.
  ///
  /// - Throws: `.badSetting` with the library's message, which never repeats a secret.
  func set(_ name: String, _ value: String, isSecret: Bool = false) throws(KafkaError) {
    guard !value.utf8.contains(0) else { throw .badSetting("The Kafka setting \(name) holds a NUL; correct it.") }
    var words = [CChar](repeating: 0, count: 512)
    guard rd_kafka_conf_set(table, name, value, &words, words.count) == RD_KAFKA_CONF_OK else {
      let said = isSecret ? "its value is not accepted" : text(words)
      throw .badSetting("The Kafka setting \(name) can't be used: \(said); correct it.")
    }
  }

  func set(_ name: String, _ value: Duration) throws(KafkaError) {
    try set(name, "\(value.wholeMilliseconds)")
  }

  /// Sets a file's path. The library itself does not name the missing file.
  private func set(_ name: String, file: String) throws(KafkaError) {
    guard access(file, R_OK) == 0 else {
      throw .badSetting("The file \(file) for Kafka's \(name) can't be read; correct its path or its rights.")
    }
    try set(name, file)
  }

  /// Gives C access to the table, to register callbacks.
  func withTable(_ body: (OpaquePointer) -> Void) { body(table) }

  /// Makes a client; the table belongs to it from then on.
  consuming func makeClient(_ kind: rd_kafka_type_t) throws(KafkaError) -> OpaquePointer {
    var words = [CChar](repeating: 0, count: 512)
    guard let client = rd_kafka_new(kind, table, &words, words.count) else {
      throw context.error(
        RD_KAFKA_RESP_ERR__INVALID_ARG, text(words), subject: "opening a client")
    }
    isGivenAway = true
    return client
  }

  private func set(_ security: KafkaSecurity) throws(KafkaError) {
    try set("security.protocol", security.protocolName)
    if let tls = security.tls {
      try set("enable.ssl.certificate.verification", "true")
      try set("ssl.endpoint.identification.algorithm", "https")
      if let file = tls.authoritiesFile { try set("ssl.ca.location", file: file) }
      if let file = tls.certificateFile { try set("ssl.certificate.location", file: file) }
      if let file = tls.keyFile { try set("ssl.key.location", file: file) }
      if let password = tls.keyPassword { try set("ssl.key.password", password.text, isSecret: true) }
    }
    guard let mechanism = security.mechanism else { return }
    try set("sasl.mechanism", mechanism)
    switch security.login {
    case .none, .bearerToken: break
    case .plain(let user, let password), .scramSHA256(let user, let password), .scramSHA512(let user, let password):
      guard !user.isEmpty, !password.text.isEmpty else {
        throw .badSetting("The Kafka login has no name or no password; give both.")
      }
      try set("sasl.username", user)
      try set("sasl.password", password.text, isSecret: true)
    case .clientCredentials(let client):
      do { try set("sasl.oauthbearer.method", "oidc") } catch {
        throw .badSetting(
          "This librdkafka (\(KafkaLibrary.version)) was built without OpenID Connect, as Debian 12's is; use a build "
            + "that has it, or hand over tokens yourself.")
      }
      try set("sasl.oauthbearer.token.endpoint.url", client.tokenURL)
      try set("sasl.oauthbearer.client.id", client.clientID)
      try set("sasl.oauthbearer.client.secret", client.clientSecret.text, isSecret: true)
      if let scope = client.scope { try set("sasl.oauthbearer.scope", scope) }
    }
  }
}

/// The text before the first NUL.
func text(_ characters: [CChar]) -> String {
  String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

extension Duration {
  /// Rounded up, so that a wait is not skipped; at most what C's `int` holds.
  var wholeMilliseconds: Int32 {
    let (seconds, attoseconds) = components
    let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
    guard !milliseconds.overflow else { return seconds < 0 ? 0 : .max }
    return Int32(
      clamping: max(0, milliseconds.partialValue + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
  }
}
