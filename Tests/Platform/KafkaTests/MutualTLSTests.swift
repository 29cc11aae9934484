import Kafka
import ServiceTestSupport
import Testing

@Suite(
  "Mutual TLS, on a real broker", .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)),
  .enabled(if: ClientCertificate.isAvailable, "there is no /usr/bin/openssl to make certificates with"),
  .timeLimit(.minutes(2)))
struct MutualTLSTests {
  @Test func `a broker that asks for a certificate accepts only one of its authority`()
    async throws
  {
    let cluster = try await KafkaCluster(secure: true)
    let known = try await ClientCertificate(folder: cluster.folder, name: "known")
    let stranger = try await ClientCertificate(folder: cluster.folder, name: "stranger")
    try await cluster.restart(with: [
      // The listener keeps its name; without a login the certificate is the only credential.
      "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SSL,CONTROLLER:PLAINTEXT",
      "listener.name.sasl_ssl.ssl.client.auth=required", "ssl.truststore.type=PEM",
      "ssl.truststore.location=\(known.authorityFile)",
    ])
    try await Connecting.awaitAnswer(of: cluster)
    try await Connecting.connect(configuration(cluster, known, password: known.keyPassword))

    let none = await #expect(throws: KafkaError.self) { try await Connecting.connect(configuration(cluster, nil)) }
    #expect(none?.reason == .certificateRefused, "\(String(describing: none))")
    #expect(none?.isRetriable == false)
    #expect(none?.message.contains("wants one") == true)
    let refused = await #expect(throws: KafkaError.self) {
      try await Connecting.connect(configuration(cluster, stranger, password: stranger.keyPassword))
    }
    #expect(refused?.reason == .certificateRefused, "\(String(describing: refused))")
    let locked = await #expect(throws: KafkaError.self) {
      try await Connecting.connect(configuration(cluster, known, password: "not-the-secret"))
    }
    #expect(locked?.reason == .badSetting, "\(String(describing: locked))")
    #expect(locked?.message.contains("not-the-secret") == false)
    try await cluster.stop()
  }

  private func configuration(
    _ cluster: KafkaCluster, _ certificate: ClientCertificate?, password: String? = nil
  ) -> KafkaConfiguration {
    let tls = KafkaSecurity.TLS(
      authoritiesFile: cluster.authoritiesFile, certificateFile: certificate?.certificateFile,
      keyFile: certificate?.keyFile, keyPassword: password.map { KafkaSecret($0) })
    return KafkaConfiguration(brokers: cluster.secureBrokers, clientID: "tests", security: KafkaSecurity(tls: tls))
  }
}
