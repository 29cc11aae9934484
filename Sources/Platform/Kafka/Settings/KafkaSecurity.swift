/// How a client authenticates, and whether its connection is encrypted.
///
/// Secrets are in here; neither `description` nor reflection shows them.
public struct KafkaSecurity: Sendable {
  /// The credentials of the client.
  public enum Login: Sendable {
    /// Nothing, or the certificate of `TLS`.
    case none
    /// SASL PLAIN: name and password as they are, so over TLS only.
    case plain(user: String, password: KafkaSecret)
    /// SASL SCRAM-SHA-256; needs librdkafka 2.6.1 or later with brokers from 3.8.1 on.
    case scramSHA256(user: String, password: KafkaSecret)
    /// SASL SCRAM-SHA-512; needs librdkafka 2.6.1 or later with brokers from 3.8.1 on.
    case scramSHA512(user: String, password: KafkaSecret)
    /// SASL OAUTHBEARER with tokens that the caller provides.
    case bearerToken(KafkaTokenSource)
    /// SASL OAUTHBEARER with tokens that librdkafka fetches with OpenID Connect's client credentials.
    case clientCredentials(KafkaClientCredentials)
  }

  /// Encryption, and the trusted authorities.
  public struct TLS: Sendable {
    /// PEM file of the authorities that are trusted; the system's when nil.
    public var authoritiesFile: String?
    /// PEM file of the client's own certificate, for mutual TLS.
    public var certificateFile: String?
    /// PEM file of the certificate's key.
    public var keyFile: String?
    /// The password of the key's file.
    public var keyPassword: KafkaSecret?

    /// Encryption with the server's certificate and name verified, always.
    public init(
      authoritiesFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil,
      keyPassword: KafkaSecret? = nil
    ) {
      self.authoritiesFile = authoritiesFile
      self.certificateFile = certificateFile
      self.keyFile = keyFile
      self.keyPassword = keyPassword
    }
  }

  /// Encryption; none when nil.
  public var tls: TLS?
  public var login: Login

  /// A way to connect.
  public init(tls: TLS? = nil, login: Login = .none) {
    self.tls = tls
    self.login = login
  }

  /// Neither encryption nor a login, for a broker on the same machine or in a closed network.
  public static let plaintext = KafkaSecurity()

  /// The name of the SASL mechanism; nil without a login.
  var mechanism: String? {
    switch login {
    case .none: nil
    case .plain: "PLAIN"
    case .scramSHA256: "SCRAM-SHA-256"
    case .scramSHA512: "SCRAM-SHA-512"
    case .bearerToken, .clientCredentials: "OAUTHBEARER"
    }
  }

  var protocolName: String {
    switch (tls != nil, mechanism != nil) {
    case (false, false): "plaintext"
    case (true, false): "ssl"
    case (false, true): "sasl_plaintext"
    case (true, true): "sasl_ssl"
    }
  }
}

extension KafkaSecurity: CustomStringConvertible {
  /// The settings without any secret: `sasl_ssl PLAIN`.
  public var description: String { mechanism.map { "\(protocolName) \($0)" } ?? protocolName }
}

/// Text that is never shown, however it is printed.
public struct KafkaSecret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
  /// The text itself, for the library only.
  let text: String

  /// Hides the text.
  public init(_ text: String) { self.text = text }

  /// Never the text.
  public var description: String { "[redacted]" }
  /// Never the text.
  public var debugDescription: String { "[redacted]" }
  /// Nothing to look into.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A bearer token and when it ends.
public struct KafkaToken: Sendable {
  /// The token itself.
  public var secret: KafkaSecret
  /// Milliseconds since 1970 after which it is worth nothing.
  public var expiryMilliseconds: Int64
  /// The principal of the token.
  public var principal: String

  public init(secret: KafkaSecret, expiryMilliseconds: Int64, principal: String) {
    self.secret = secret
    self.expiryMilliseconds = expiryMilliseconds
    self.principal = principal
  }
}

/// The source of bearer tokens.
public struct KafkaTokenSource: Sendable {
  /// Answers a token that is good for some time, or throws. It is called on a client's own thread, at the start and
  /// whenever four fifths of a token's life are over, and must return within seconds.
  public var next: @Sendable () throws -> KafkaToken

  /// A source of tokens.
  public init(_ next: @escaping @Sendable () throws -> KafkaToken) { self.next = next }
}

/// OpenID Connect's client credentials.
public struct KafkaClientCredentials: Sendable {
  /// The URL that gives out tokens.
  public var tokenURL: String
  /// The client's name there.
  public var clientID: String
  /// The client's secret there.
  public var clientSecret: KafkaSecret
  /// The requested scope, if any.
  public var scope: String?

  /// Credentials for a token's URL.
  public init(tokenURL: String, clientID: String, clientSecret: KafkaSecret, scope: String? = nil) {
    self.tokenURL = tokenURL
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.scope = scope
  }
}
