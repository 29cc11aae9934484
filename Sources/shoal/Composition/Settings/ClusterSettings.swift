import Operations

/// A cluster's brokers, store and credentials.
struct ClusterSettings: Sendable {
  let brokers: [BrokerAddress]
  /// The place of journals and blobs; nil for commands about topics alone.
  let store: StorePlace?
  let kafka: KafkaSettings
  let s3: S3Settings

  /// The brokers in librdkafka's notation.
  var bootstrap: String { brokers.map(\.description).joined(separator: ",") }
}

/// `HOST:PORT`.
struct BrokerAddress: Sendable, Hashable, CustomStringConvertible {
  let host: String
  let port: Int

  /// Reads `kafka-1:9092` or `[::1]:9092`; nil for anything else.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65_535).contains(port), text[text.index(after: colon)...].allSatisfy(\.isNumber)
    else { return nil }
    let host = String(text[..<colon])
    let isAddress = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 4
    let inner = isAddress ? host.dropFirst().dropLast() : host[...]
    let isPlain = inner.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || byte == 0x2d || byte == 0x2e
        || byte == 0x5f || (isAddress && (byte == 0x3a || byte == 0x25))
    }
    guard !inner.isEmpty, inner.utf8.count <= 253, isPlain else { return nil }
    self.host = host
    self.port = port
  }

  var description: String { "\(host):\(port)" }

  /// Reads a list separated by commas.
  static func list(_ text: String) throws(SettingsError) -> [BrokerAddress] {
    var brokers: [BrokerAddress] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = word.trimming { $0 == " " }
      guard let broker = BrokerAddress(name) else {
        throw SettingsError("--brokers: “\(name)” is no broker; write HOST:PORT,… such as kafka-1:9092,kafka-2:9092")
      }
      if !brokers.contains(broker) { brokers.append(broker) }
    }
    guard brokers.count <= 100 else { throw SettingsError("--brokers names more than 100; a few of them are enough") }
    return brokers
  }
}

/// The place of a cluster's journals and blobs.
enum StorePlace: Sendable, Hashable, CustomStringConvertible {
  /// A folder that all machines share.
  case folder(String)
  /// A bucket, and the prefix of all its keys, which may be empty.
  case s3(bucket: String, prefix: String)

  /// Reads a path or `s3://BUCKET/PREFIX`.
  init(_ text: String) throws(SettingsError) {
    guard let mark = text.ranges(of: "://").first else {
      guard !text.isEmpty else { throw SettingsError("--store is empty; name a folder or s3://BUCKET/PREFIX") }
      self = .folder(Settings.absolute(text))
      return
    }
    guard text[..<mark.lowerBound] == "s3" else {
      throw SettingsError("--store: “\(text)” is no store; name a folder, or a bucket as s3://BUCKET/PREFIX")
    }
    let parts = text[mark.upperBound...].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let bucket = String(parts[0])
    let isName = bucket.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x2d || byte == 0x2e
    }
    guard (3...63).contains(bucket.utf8.count), isName else {
      throw SettingsError(
        "--store: “\(bucket)” can't name a bucket; it is 3 to 63 lower-case letters, digits, dots and hyphens")
    }
    let prefix = parts.count == 2 ? parts[1].trimming { $0 == "/" } : ""
    self = .s3(bucket: bucket, prefix: prefix)
  }

  var description: String {
    switch self {
    case .folder(let path): path
    case .s3(let bucket, let prefix): prefix.isEmpty ? "s3://\(bucket)" : "s3://\(bucket)/\(prefix)"
    }
  }
}

/// Invalid or conflicting settings: a sentence without its full stop.
struct SettingsError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension StringProtocol where SubSequence == Substring {
  /// The text without such characters at either end.
  func trimming(_ isUnwanted: (Character) -> Bool) -> String {
    var rest = self[...]
    while let first = rest.first, isUnwanted(first) { rest = rest.dropFirst() }
    while let last = rest.last, isUnwanted(last) { rest = rest.dropLast() }
    return String(rest)
  }
}
