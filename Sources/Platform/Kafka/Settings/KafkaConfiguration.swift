/// The brokers, the login, and time limits. All clients are opened with one.
public struct KafkaConfiguration: Sendable {
  /// A line that librdkafka logs. It never holds a secret.
  public struct LogLine: Sendable {
    /// Syslog's levels: 0 is worst, 3 an error, 4 a warning, 6 information, 7 for a fault's search.
    public let level: Int
    /// The part of the library that logs.
    public let facility: String
    public let text: String
  }

  /// `HOST:PORT` of at least one broker; the others are found by themselves.
  public var brokers: [String]
  /// How the client is called in the brokers' logs and metrics.
  public var clientID: String
  /// Encryption and login.
  public var security: KafkaSecurity
  /// The rack or zone of this process, so that a near replica is read; nil if it is unknown.
  public var rack: String?
  /// How long one request may take before it is given up and its connection closed.
  public var requestTimeout: Duration = .seconds(30)
  /// How long a TCP and TLS connection may take to be set up.
  public var connectTimeout: Duration = .seconds(10)
  /// Takes the library's log lines, from any thread; it must return at once. Nothing is written elsewhere.
  public var log: @Sendable (LogLine) -> Void = { _ in }
  /// The worst level that is still handed to `log`: 4 hands on warnings and errors.
  public var logLevel = 4

  /// A configuration for these brokers.
  public init(brokers: [String], clientID: String = "shoal", security: KafkaSecurity = .plaintext) {
    self.brokers = brokers
    self.clientID = clientID
    self.security = security
  }
}

extension KafkaConfiguration: CustomStringConvertible {
  /// Brokers, name and kind of login; no secret.
  public var description: String { "\(brokers.joined(separator: ",")) as \(clientID) (\(security))" }
}
