import FoundationEssentials
import ServiceTestSupport
import Testing

@testable import shoal

@Suite struct ClusterSettingsTests {
  private func settings(
    _ flags: Settings.Flags = .init(), _ environment: [String: String] = [:], _ file: SettingsFile = SettingsFile()
  ) throws -> Settings {
    try Settings(flags, environment: { environment[$0] }, file: file)
  }

  private func file(_ text: String, _ folder: String) throws -> SettingsFile {
    let path = folder + "/shoal.yaml"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try #require(try SettingsFile.read(path))
  }

  @Test func `flags count before the environment, and that before the file`() async throws {
    try await withTemporaryFolder { folder in
      let file = try file("brokers: file:1\nstore: s3://file/a/b\n", folder)
      let environment = ["SHOAL_BROKERS": "environment:2", "SHOAL_STORE": "/environment"]
      let flags = Settings.Flags(brokers: "flag:3,[::1]:4", store: "/flag")
      let first = try #require(try settings(flags, environment, file).cluster)
      #expect(first.bootstrap == "flag:3,[::1]:4" && first.store == .folder("/flag"))
      let second = try #require(try settings(.init(), environment, file).cluster)
      #expect(second.bootstrap == "environment:2" && second.store == .folder("/environment"))
      let third = try #require(try settings(.init(), [:], file).cluster)
      #expect(third.bootstrap == "file:1" && third.store == .s3(bucket: "file", prefix: "a/b"))
    }
  }

  @Test func `without brokers the installation is the data folder, as ever`() throws {
    #expect(try settings(.init(data: "/d")).cluster == nil)
    #expect(try settings(.init(data: "/d"), ["SHOAL_STORE": "/s"]).data == "/d")
    #expect(try settings(.init(data: "/d", brokers: "none"), ["SHOAL_BROKERS": "a:1"]).cluster == nil)
  }

  @Test func `each store has a folder of its own on a machine`() throws {
    let one = try settings(.init(data: "/d", brokers: "a:1", store: "/one"))
    let two = try settings(.init(data: "/d", brokers: "a:1", store: "/two"))
    let three = try settings(.init(data: "/e", brokers: "b:1", store: "/one"))
    #expect(one.data.hasPrefix("/d/cluster-") && two.data.hasPrefix("/d/cluster-") && one.data != two.data)
    #expect(three.data.dropFirst(3) == one.data.dropFirst(3))
    let usual = try settings(.init(brokers: "a:1", store: "/one"), ["HOME": "/h"]).data
    #expect(usual.hasPrefix("/var/lib/shoal/cluster-") || usual.hasPrefix("/h/.local/state/shoal/cluster-"))
  }

  @Test(arguments: [
    ("status --brokers localhost --store /s", "“localhost” is no broker"),
    ("status --brokers a:0 --store /s", "“a:0” is no broker"),
    ("status --brokers a:1,,b:2 --store /s", "“” is no broker"),
    ("status --brokers http://a:1 --store /s", "is no broker"),
    ("status --brokers a:1", "needs a store too"), ("status --store /s", "name its brokers too"),
    ("status --brokers a:1 --store http://b/c", "is no store"),
    ("status --brokers a:1 --store s3://UPPER/c", "can't name a bucket"),
    ("dead replay --set colour=red", "write budget="), ("dead replay --set budget=lots", "is no amount"),
    ("dead replay --set from=nowhere", "is no stage"), ("dead replay --edit --json", "--edit goes with neither"),
    ("replay", "needs a PAPER"), ("replay made.1", "--from is missing"),
    ("replay --topic work.design", "needs --since"), ("replay --topic nowhere --since 1h", "is no work topic"),
    ("replay --topic dead.run --since 1h", "shoal dead replay --stage run"),
    ("replay made.1 --topic work.design --since 1h", "neither a PAPER"),
    ("worker --name Not!", "can't name a worker"), ("top --every 1ms", "--every"),
  ]) func `an invalid command line says what to write`(_ line: String, _ says: String) async throws {
    let run = try await CommandRun.of(line.split(separator: " ").map(String.init))
    #expect(run.code == 2)
    #expect(run.errors.contains(says), "\(run.errors)")
    #expect(run.output.isEmpty && run.errors.split(separator: "\n").count == 1)
  }

  @Test func `a reading command does not create a missing or unprepared store`() async throws {
    try await withTemporaryFolder { folder in
      for (store, says) in [("\(folder)/gone", "does not exist"), (folder, "is no store of Shoal yet")] {
        for line in ["status", "worker", "dead list", "top --once"] {
          let words = line.split(separator: " ").map(String.init) + ["--brokers", "127.0.0.1:1", "--store", store]
          let run = try await CommandRun.of(words, data: folder + "/local")
          #expect(run.code == 1 && run.errors.contains(says), "\(line): \(run.errors)")
        }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  static let security: [(yaml: String, environment: [String: String], says: String?)] = [
    ("kafka: {}\n", [:], nil), ("kafka: {security-protocol: ssl, ca: /ca.pem}\n", [:], nil),
    ("kafka: {ca: /ca, certificate: /c, key: /k, key-password-file: /p}\n", [:], nil),
    ("kafka: {sasl-mechanism: PLAIN, username: u, password-file: /p}\n", [:], nil),
    ("kafka: {sasl-mechanism: scram-sha-512, username: u}\n", ["SHOAL_KAFKA_PASSWORD": "x"], nil),
    (
      "kafka: {sasl-mechanism: OAUTHBEARER, oidc-token-endpoint: 'https://a/t', oidc-client-id: c}\n",
      ["SHOAL_KAFKA_OIDC_CLIENT_SECRET": "x"], nil
    ), ("kafka: {security-protocol: sasl-ssl}\n", [:], "needs sasl-mechanism"),
    ("kafka: {sasl-mechanism: GSSAPI}\n", [:], "one of PLAIN"),
    ("kafka: {sasl-mechanism: PLAIN, username: u}\n", [:], "SHOAL_KAFKA_PASSWORD or password-file"),
    ("kafka: {sasl-mechanism: OAUTHBEARER}\n", [:], "needs oidc-token-endpoint"),
    ("kafka: {security-protocol: plaintext, sasl-mechanism: PLAIN}\n", [:], "needs security-protocol sasl-ssl"),
    ("kafka: {security-protocol: plaintext, ca: /ca}\n", [:], "need security-protocol ssl"),
    ("kafka: {certificate: /c}\n", [:], "key is missing"), ("kafka: {security-protocol: tls}\n", [:], "is not known"),
    ("s3: {endpoint: localhost}\n", [:], "is no address"),
    ("{}\n", ["SHOAL_S3_PATH_STYLE": "yes"], "it is true or false"),
  ]

  @Test(arguments: security.indices) func `security settings that don't go together name what is missing`(
    _ index: Int
  ) async throws {
    let (yaml, environment, says) = Self.security[index]
    try await withTemporaryFolder { folder in
      let file = try file(yaml, folder)
      let flags = Settings.Flags(brokers: "a:1", store: "/s")
      guard let says else {
        #expect(try settings(flags, environment, file).cluster != nil)
        return
      }
      let error = #expect(throws: SettingsError.self) { try settings(flags, environment, file) }
      #expect(error?.description.contains(says) == true, "\(String(describing: error))")
    }
  }

  @Test func `a password is never sent unencrypted because a setting was left out`() async throws {
    try await withTemporaryFolder { folder in
      let file = try file("kafka: {sasl-mechanism: PLAIN, username: u, password-file: /p}\n", folder)
      let cluster = try #require(try settings(.init(brokers: "a:1", store: "/s"), [:], file).cluster)
      #expect(cluster.kafka.transport == .saslOverTLS)
    }
  }

  @Test(arguments: [
    ("kafka: {password: x}\n", "SHOAL_KAFKA_PASSWORD"), ("s3: {secret-access-key: x}\n", "AWS_SECRET_ACCESS_KEY"),
    ("kafka: {user: x}\n", "unknown key “user”"), ("s3: {bucket: x}\n", "unknown key “bucket”"),
    ("broker: a:1\n", "unknown key “broker”"),
  ]) func `a key that is not known, or a secret, is refused in the file`(_ text: String, _ says: String) async throws {
    try await withTemporaryFolder { folder in
      let error = #expect(throws: (any Error).self) { try file(text, folder) }
      #expect("\(error!)".contains(says) && "\(error!)".contains("shoal.yaml: line"), "\(error!)")
    }
  }

  @Test func `a secret is not shown, however it is printed`() async throws {
    let marker = "swordfish-\(UInt32.random(in: 0 ... .max))"
    var kafka = KafkaSettings()
    kafka.password = .environment(Secret(marker))
    let cluster = ClusterSettings(brokers: [], store: nil, kafka: kafka, s3: S3Settings())
    var dumped = ""
    dump(cluster, to: &dumped)
    for text in ["\(Secret(marker))", "\(kafka)", String(reflecting: cluster), dumped] {
      #expect(!text.contains(marker))
    }
    try await withTemporaryFolder { folder in
      let path = folder + "/secret"
      try Data("\(marker)\n".utf8).write(to: URL(fileURLWithPath: path))
      #expect(try SecretSource.file(path).read().value == marker)
      try Data("\n".utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: (any Error).self) { try SecretSource.file(path).read() }
    }
  }
}
