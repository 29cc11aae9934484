import Operations
import PaperModel
import YAML

/// `shoal.yaml`: settings that a user does not want to type again.
struct SettingsFile: Decodable {
  struct PriceTexts: Decodable {
    /// Dollars, as they were typed.
    var cpuSecond: String?
    var gpuSecond: String?
    var date: String?

    enum CodingKeys: String, CodingKey {
      case cpuSecond = "cpu-second"
      case gpuSecond = "gpu-second"
      case date
    }
  }

  /// How clients connect to the brokers.
  struct Kafka: Decodable {
    var topicPrefix: String?
    var securityProtocol: String?
    var saslMechanism: String?
    var username: String?
    var passwordFile: String?
    var ca: String?
    var certificate: String?
    var key: String?
    var keyPasswordFile: String?
    var oidcTokenEndpoint: String?
    var oidcClientID: String?
    var oidcClientSecretFile: String?
    var oidcScope: String?

    enum CodingKeys: String, CodingKey {
      case topicPrefix = "topic-prefix"
      case securityProtocol = "security-protocol"
      case saslMechanism = "sasl-mechanism"
      case username
      case passwordFile = "password-file"
      case ca, certificate, key
      case keyPasswordFile = "key-password-file"
      case oidcTokenEndpoint = "oidc-token-endpoint"
      case oidcClientID = "oidc-client-id"
      case oidcClientSecretFile = "oidc-client-secret-file"
      case oidcScope = "oidc-scope"
    }
  }

  /// How a bucket is reached.
  struct S3: Decodable {
    var endpoint: String?
    var region: String?
    var pathStyle: Bool?
    var ca: String?

    enum CodingKeys: String, CodingKey {
      case endpoint, region, ca
      case pathStyle = "path-style"
    }
  }

  var data: String?
  var python: String?
  var prices: PriceTexts?
  /// `HOST:PORT,…`
  var brokers: String?
  /// A folder or `s3://BUCKET/PREFIX`.
  var store: String?
  var kafka: Kafka?
  var s3: S3?

  enum CodingKeys: String, CodingKey { case data, python, prices, brokers, store, kafka, s3 }

  /// Keys that users try here, and the place where the value belongs instead.
  private static let misplaced = [
    ("kafka", "password", "SHOAL_KAFKA_PASSWORD, or a file that password-file names"),
    ("kafka", "key-password", "SHOAL_KAFKA_KEY_PASSWORD, or a file that key-password-file names"),
    (
      "kafka", "oidc-client-secret", "SHOAL_KAFKA_OIDC_CLIENT_SECRET, or a file that oidc-client-secret-file names"
    ), ("s3", "access-key-id", "AWS_ACCESS_KEY_ID, or ~/.aws/credentials"),
    ("s3", "secret-access-key", "AWS_SECRET_ACCESS_KEY, or ~/.aws/credentials"),
  ]

  /// The file's settings; nil if there is no such file.
  static func read(_ path: String) throws -> SettingsFile? {
    guard let bytes = try FileInput.readIfThere(path, limit: 1 << 20) else { return nil }
    do {
      let document = try YAMLDocument(parsing: bytes, file: path)
      if document.root.content == .null { return SettingsFile() }
      for (section, key, place) in misplaced {
        guard let found = document.root[section]?[key] else { continue }
        throw document.failure("\(section): \(key) is a secret and does not belong here; use \(place)", at: found.mark)
      }
      return try document.decode(SettingsFile.self)
    } catch { throw OperationError("\(error). Correct it, or move the file away.") }
  }

  /// The prices; the standard ones if the file names none.
  func readPrices() throws -> Prices {
    let standard = Prices.standard
    guard let prices else { return standard }
    func money(_ text: String?, _ key: String, _ usual: Money) throws -> Money {
      guard let text else { return usual }
      guard let money = Money(dollars: text) else {
        throw OperationError(
          "shoal.yaml: prices, \(key): “\(text)” is no price; write dollars with at most nine decimals, e.g. 0.000011.")
      }
      return money
    }
    return Prices(
      date: prices.date ?? standard.date, cpuSecond: try money(prices.cpuSecond, "cpu-second", standard.cpuSecond),
      gpuSecond: try money(prices.gpuSecond, "gpu-second", standard.gpuSecond))
  }
}
