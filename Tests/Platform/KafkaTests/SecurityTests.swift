import Kafka
import ServiceTestSupport
import Testing

@Suite(
  "Security, on a real broker", .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)),
  .timeLimit(.minutes(2)))
struct SecurityTests {
  @Test func `TLS with a name and a password works`() async throws {
    let cluster = try await RealBroker.cluster.value
    let login = KafkaSecurity.Login.plain(user: cluster.user, password: KafkaSecret(cluster.password))
    try await Connecting.connect(RealBroker.secure(login))
  }

  @Test func `a wrong password gives one clear sentence, soon, without the password`() async throws {
    let cluster = try await RealBroker.cluster.value
    let login = KafkaSecurity.Login.plain(user: cluster.user, password: KafkaSecret("hunter2-wrong"))
    let configuration = try await RealBroker.secure(login)
    let clock = ContinuousClock()
    let start = clock.now
    let error = await #expect(throws: KafkaError.self) { try await Connecting.connect(configuration) }
    #expect(clock.now - start < .seconds(8))
    #expect(error?.reason == .authenticationRefused)
    #expect(error?.isRetriable == false)
    #expect(error?.message.contains("refused the login with PLAIN") == true)
    #expect(error?.message.contains(cluster.secureBrokers[0]) == true)
    #expect(error.map { "\($0)" + String(reflecting: $0) }?.contains("hunter2") == false)
  }

  @Test func `a broker whose authority is unknown is refused`() async throws {
    let cluster = try await RealBroker.cluster.value
    let login = KafkaSecurity.Login.plain(user: cluster.user, password: KafkaSecret(cluster.password))
    let configuration = try await RealBroker.secure(login, authorities: "/etc/ssl/certs/ca-certificates.crt")
    let error = await #expect(throws: KafkaError.self) { try await Connecting.connect(configuration) }
    #expect(error?.reason == .tlsFailure)
    #expect(error?.message.contains("check the file of authorities") == true)
  }

  @Test func `a file of authorities that is not there is named`() async throws {
    let configuration = try await RealBroker.secure(.none, authorities: "/nowhere/ca.crt")
    let error = await #expect(throws: KafkaError.self) { try await Connecting.connect(configuration) }
    #expect(error?.message.contains("/nowhere/ca.crt") == true)
  }

  @Test func `SCRAM works with a new library, and an old one gives an error`() async throws {
    let cluster = try await RealBroker.cluster.value
    let login = KafkaSecurity.Login.scramSHA256(user: cluster.user, password: KafkaSecret(cluster.password))
    let configuration = try await RealBroker.secure(login)
    if KafkaLibrary.supportsScramOnNewBrokers {
      try await Connecting.connect(configuration)
    } else {
      let error = await #expect(throws: KafkaError.self) { try await Connecting.connect(configuration) }
      #expect(error?.reason == .scramNeedsNewerLibrary)
      #expect(error?.message.contains("librdkafka \(KafkaLibrary.version) repeats the nonce") == true)
      #expect(error?.message.contains("SASL PLAIN or OAUTHBEARER over TLS") == true)
    }
  }

  @Test func `speaking plainly to a port that wants TLS is explained`() async throws {
    let cluster = try await RealBroker.cluster.value
    let error = await #expect(throws: KafkaError.self) {
      let producer = try KafkaProducer(KafkaConfiguration(brokers: cluster.secureBrokers))
      do { try await producer.connect(within: .seconds(2)) } catch {
        await producer.close(within: .zero)
        throw error
      }
    }
    #expect(error?.reason == .unreachable)
    #expect(error?.message.contains("wants TLS or a login") == true)
  }
}
