import FoundationEssentials
import Glibc
import Kafka
import ServiceTestSupport
import Synchronization
import Testing
import Threads

/// SASL OAUTHBEARER with Kafka's own validator of unsigned tokens.
@Suite(
  "Bearer tokens, on a real broker", .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)),
  .timeLimit(.minutes(2)))
struct BearerTokenTests {
  private static let module = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"

  @Test func `a token admits all kinds of clients, and a refused one gives an error without the token`()
    async throws
  {
    let cluster = try await KafkaCluster(secure: true)
    try await cluster.restart(with: [
      "sasl.enabled.mechanisms=OAUTHBEARER",
      #"listener.name.sasl_ssl.oauthbearer.sasl.jaas.config=\#(Self.module) required "#
        + #"unsecuredLoginStringClaim_sub="broker";"#,
    ])
    try await Connecting.awaitAnswer(of: cluster)
    let calls = Lock(0)
    let good = configuration(cluster) {
      calls.withLock { $0 += 1 }
      return token(lifetime: 3600)
    }
    try await Connecting.connect(good)
    let admin = try KafkaAdmin(good)
    try await admin.connect(within: .seconds(10))
    try await admin.create([NewTopic(name: "tokens", partitions: 1)])["tokens"]?.get()
    await admin.close()
    let producer = try KafkaProducer(good)
    try await producer.send(OutgoingRecord(topic: "tokens", partition: 0, value: [7]))
    await producer.close()
    let handler = RecordingHandler()
    let consumer = try KafkaGroupConsumer(good, GroupOptions(group: "tokens", topics: ["tokens"]), handler: handler)
    await handler.wait { $0.records.count == 1 }
    await consumer.close()
    #expect(calls.withLock { $0 } >= 4)

    let old = token(lifetime: -3600)
    let refused = await #expect(throws: KafkaError.self) {
      try await Connecting.connect(configuration(cluster) { old })
    }
    #expect(refused?.reason == .authenticationRefused)
    #expect(refused?.message.contains("refused the login with OAUTHBEARER") == true, "\(String(describing: refused))")
    let wire = try #require(Self.wire(lifetime: -3600).split(separator: ".").last)
    #expect(refused?.message.contains(wire) == false)

    struct NoToken: Error {}
    let failed = await #expect(throws: KafkaError.self) {
      try await Connecting.connect(configuration(cluster) { throw NoToken() })
    }
    #expect(failed?.reason == .authenticationRefused)
    #expect(failed?.message.contains("the source of tokens failed") == true, "\(String(describing: failed))")
    try await cluster.stop()
  }

  private func configuration(
    _ cluster: KafkaCluster, _ next: @escaping @Sendable () throws -> KafkaToken
  ) -> KafkaConfiguration {
    let security = KafkaSecurity(
      tls: KafkaSecurity.TLS(authoritiesFile: cluster.authoritiesFile), login: .bearerToken(KafkaTokenSource(next)))
    return KafkaConfiguration(brokers: cluster.secureBrokers, clientID: "tests", security: security)
  }
}

/// A token that the library considers valid for an hour, whatever the token's own lifetime.
private func token(lifetime: Int) -> KafkaToken {
  KafkaToken(
    secret: KafkaSecret(BearerTokenTests.wire(lifetime: lifetime)), expiryMilliseconds: Int64(now() + 3600) * 1000,
    principal: "shoal")
}

private func now() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return time.tv_sec
}

extension BearerTokenTests {
  /// JSON Web Signature's compact form, unsigned.
  static func wire(lifetime: Int) -> String {
    let claims = #"{"sub":"shoal","iat":\#(now() - 7200),"exp":\#(now() + lifetime)}"#
    return encoded(#"{"alg":"none"}"#) + "." + encoded(claims) + "."
  }

  private static func encoded(_ text: String) -> String {
    String(
      Data(text.utf8).base64EncodedString().compactMap { character -> Character? in
        switch character {
        case "+": "-"
        case "/": "_"
        case "=": nil
        default: character
        }
      })
  }
}
