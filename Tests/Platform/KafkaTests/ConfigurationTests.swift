import Kafka
import Synchronization
import Testing
import Threads

@Suite("Configuration", .timeLimit(.minutes(1)))
struct ConfigurationTests {
  private static let secret = "s3cr3t-that-must-not-show"

  private static var logins: [KafkaSecurity.Login] {
    let hidden = KafkaSecret(secret)
    return [
      .plain(user: "u", password: hidden), .scramSHA256(user: "u", password: hidden),
      .scramSHA512(user: "u", password: hidden),
      .clientCredentials(
        KafkaClientCredentials(tokenURL: "https://login.example/token", clientID: "c", clientSecret: hidden, scope: "s")
      ),
    ]
  }

  @Test(arguments: 0..<4)
  func `a secret shows in no description, no reflection and no log line`(index: Int) async throws {
    let lines = Lock<[String]>([])
    var configuration = KafkaConfiguration(brokers: ["127.0.0.1:1"])
    configuration.security = KafkaSecurity(
      tls: .init(keyPassword: KafkaSecret(Self.secret)), login: Self.logins[index])
    configuration.logLevel = 7
    configuration.log = { line in lines.withLock { $0.append(line.text) } }
    var shown = "\(configuration) \(String(reflecting: configuration)) \(configuration.security)"
    dump(configuration, to: &shown)
    do {
      let producer = try KafkaProducer(configuration)
      do { try await producer.connect(within: .milliseconds(300)) } catch { shown += "\(error)" }
      await producer.close(within: .zero)
    } catch {
      // Debian's build has no OpenID Connect.
      shown += "\(error)"
      #expect(error.reason == .badSetting && index == 3)
    }
    shown += lines.withLock { $0.joined() }
    #expect(shown.contains("127.0.0.1:1"))
    #expect(!shown.contains(Self.secret))
  }

  @Test func `invalid settings are refused with what to correct`() throws {
    #expect(throws: KafkaError.self) { try KafkaProducer(KafkaConfiguration(brokers: [])) }
    let nameless = KafkaConfiguration(
      brokers: ["127.0.0.1:1"], security: KafkaSecurity(login: .plain(user: "", password: KafkaSecret("x"))))
    let error = #expect(throws: KafkaError.self) { try KafkaProducer(nameless) }
    #expect(error?.reason == .badSetting)
    #expect(error?.message.contains("give both") == true)
    var options = KafkaProducer.Options()
    options.recordByteLimit = 10
    let small = #expect(throws: KafkaError.self) {
      try KafkaProducer(KafkaConfiguration(brokers: ["127.0.0.1:1"]), options)
    }
    #expect(small?.message.contains("message.max.bytes") == true)
    let handler = RecordingHandler()
    #expect(throws: KafkaError.self) {
      try KafkaGroupConsumer(
        KafkaConfiguration(brokers: ["127.0.0.1:1"]), GroupOptions(group: "g", topics: []), handler: handler)
    }
  }

  @Test func `versions are ordered by their parts`() {
    #expect(KafkaLibrary.Version(2, 0, 2) < KafkaLibrary.Version(2, 6, 1))
    #expect(KafkaLibrary.Version(2, 10, 0) > KafkaLibrary.Version(2, 6, 1))
    #expect(KafkaLibrary.versionText.hasPrefix(KafkaLibrary.version.description))
    #expect(KafkaLibrary.supportsScramOnNewBrokers == (KafkaLibrary.version >= KafkaLibrary.Version(2, 6, 1)))
  }
}
