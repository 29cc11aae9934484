import Operations

/// How clients connect to the brokers: `SHOAL_KAFKA_…` in the environment, then `kafka:` in `shoal.yaml`.
struct KafkaSettings: Sendable, Equatable {
  enum Transport: String, Sendable, CaseIterable {
    case plaintext
    case tls = "ssl"
    case sasl = "sasl-plaintext"
    case saslOverTLS = "sasl-ssl"

    var isTLS: Bool { self == .tls || self == .saslOverTLS }
    var isSASL: Bool { self == .sasl || self == .saslOverTLS }
  }

  enum Mechanism: String, Sendable, CaseIterable {
    case plain = "PLAIN"
    case scramSHA256 = "SCRAM-SHA-256"
    case scramSHA512 = "SCRAM-SHA-512"
    case oauthBearer = "OAUTHBEARER"
  }

  /// Where a token for OAUTHBEARER comes from.
  struct TokenSource: Sendable, Equatable {
    let endpoint: String
    let clientID: String
    let clientSecret: SecretSource
    let scope: String?
  }

  var transport = Transport.plaintext
  var mechanism: Mechanism?
  var username: String?
  var password: SecretSource?
  var tokens: TokenSource?
  /// The prefix of topic names, so that several installations can share brokers.
  var topicPrefix = "shoal."
  /// The path of a PEM file.
  var authority: String?
  var certificate: String?
  var key: String?
  var keyPassword: SecretSource?

  /// No security, for brokers on this machine.
  init() {}

  /// - Throws: `SettingsError` that names the setting.
  init(_ file: SettingsFile.Kafka?, environment: (String) -> String?) throws(SettingsError) {
    let file = file ?? SettingsFile.Kafka()
    func text(_ name: String, _ inFile: String?) -> String? { environment("SHOAL_KAFKA_\(name)") ?? inFile }
    func path(_ name: String, _ inFile: String?) -> String? { text(name, inFile).map(Settings.absolute) }
    func secret(_ name: String, _ inFile: String?) -> SecretSource? {
      if let value = environment("SHOAL_KAFKA_\(name)") { return .environment(Secret(value)) }
      return path("\(name)_FILE", inFile).map { .file($0) }
    }
    topicPrefix = text("TOPIC_PREFIX", file.topicPrefix) ?? "shoal."
    username = text("USERNAME", file.username)
    password = secret("PASSWORD", file.passwordFile)
    authority = path("CA", file.ca)
    certificate = path("CERTIFICATE", file.certificate)
    key = path("KEY", file.key)
    keyPassword = secret("KEY_PASSWORD", file.keyPasswordFile)
    mechanism = try Self.choice(text("SASL_MECHANISM", file.saslMechanism)?.uppercased(), "sasl-mechanism")
    let word = text("SECURITY_PROTOCOL", file.securityProtocol)?.lowercased()
    if let said: Transport = try Self.choice(word.map { String($0.map { $0 == "_" ? "-" : $0 }) }, "security-protocol")
    {
      transport = said
    } else {
      // Missing values follow from the others; a password is never sent unencrypted because a value was left out.
      transport = mechanism != nil ? .saslOverTLS : authority != nil || certificate != nil ? .tls : .plaintext
    }
    if let endpoint = text("OIDC_TOKEN_ENDPOINT", file.oidcTokenEndpoint) {
      guard let client = text("OIDC_CLIENT_ID", file.oidcClientID),
        let secret = secret("OIDC_CLIENT_SECRET", file.oidcClientSecretFile)
      else {
        throw SettingsError(
          "kafka: oidc-token-endpoint needs oidc-client-id, and a secret in SHOAL_KAFKA_OIDC_CLIENT_SECRET or "
            + "oidc-client-secret-file")
      }
      tokens = TokenSource(
        endpoint: endpoint, clientID: client, clientSecret: secret, scope: text("OIDC_SCOPE", file.oidcScope))
    }
    try check()
  }

  private func check() throws(SettingsError) {
    let isPlain = topicPrefix.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || byte == 0x2d || byte == 0x2e
        || byte == 0x5f
    }
    guard isPlain, topicPrefix.utf8.count <= 40 else {
      throw SettingsError(
        "kafka: topic-prefix “\(topicPrefix)” can't begin a topic's name; use at most 40 letters, digits, . _ and -")
    }
    if transport.isSASL {
      guard let mechanism else {
        let all = Mechanism.allCases.map(\.rawValue).joined(separator: ", ")
        throw SettingsError("kafka: security-protocol \(transport.rawValue) needs sasl-mechanism, one of \(all)")
      }
      if mechanism == .oauthBearer {
        guard tokens != nil else { throw SettingsError("kafka: OAUTHBEARER needs oidc-token-endpoint") }
      } else if username == nil || password == nil {
        throw SettingsError(
          "kafka: \(mechanism.rawValue) needs username, and a password in SHOAL_KAFKA_PASSWORD or password-file")
      }
    } else if let mechanism {
      throw SettingsError(
        "kafka: \(mechanism.rawValue) needs security-protocol sasl-ssl or sasl-plaintext, not \(transport.rawValue)")
    }
    guard transport.isTLS || (authority == nil && certificate == nil && key == nil) else {
      throw SettingsError(
        "kafka: ca, certificate and key need security-protocol ssl or sasl-ssl, not \(transport.rawValue)")
    }
    guard (certificate == nil) == (key == nil) else {
      throw SettingsError("kafka: certificate and key go together; \(key == nil ? "key" : "certificate") is missing")
    }
  }

  private static func choice<Word: RawRepresentable & CaseIterable>(
    _ text: String?, _ name: String
  ) throws(SettingsError) -> Word? where Word.RawValue == String {
    guard let text else { return nil }
    guard let word = Word(rawValue: text) else {
      let all = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw SettingsError("kafka: \(name) “\(text)” is not known; it is one of \(all)")
    }
    return word
  }
}
