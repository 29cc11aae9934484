/// The location of a store: a bucket at an endpoint, and the prefix of all its keys.
public struct S3Location: Sendable, Hashable, CustomStringConvertible {
  /// Scheme, host and port, without a path.
  public let endpoint: String
  /// The region that requests are signed for.
  public let region: String
  public let bucket: String
  /// The prefix of all keys: empty, or without a slash at either end.
  public let prefix: String
  /// Whether the bucket is part of the path rather than of the host name.
  public let isPathStyle: Bool
  /// A file of certificate authorities (PEM) for the endpoint; nil for the system's.
  public var authoritiesFile: String?

  /// Parses `s3://BUCKET` or `s3://BUCKET/PREFIX`.
  /// - Parameters:
  /// - endpoint: e.g. `http://127.0.0.1:8333`; nil for AWS's endpoint of the region.
  /// - isPathStyle: whether the bucket is part of the path; by default everywhere but at AWS.
  /// - Throws: `S3Error` that says what is wrong with it.
  public init(
    _ text: String, endpoint: String? = nil, region: String = "us-east-1", isPathStyle: Bool? = nil
  ) throws(S3Error) {
    let rest = text.dropFirst("s3://".count)
    let bucket = rest.prefix { $0 != "/" }
    guard text.hasPrefix("s3://"), Self.isBucket(bucket) else {
      throw S3Error(
        .misuse, "“\(text.prefix(200))” is no store; write s3://BUCKET/PREFIX, the bucket with 3 to 63 of a-z 0-9 - .")
    }
    var prefix = rest.dropFirst(bucket.count).drop { $0 == "/" }
    while prefix.last == "/" { prefix.removeLast() }
    guard prefix.utf8.count <= 300, prefix.utf8.allSatisfy(Self.isPlain), !prefix.contains("//"),
      !prefix.split(separator: "/").contains(where: { $0 == "." || $0 == ".." })
    else {
      throw S3Error(
        .misuse, "“\(prefix.prefix(200))” is no prefix of a store; use at most 300 letters, digits and / - _ . of it.")
    }
    guard !region.isEmpty, region.utf8.allSatisfy({ Self.isPlain($0) && $0 != UInt8(ascii: "/") }) else {
      throw S3Error(.misuse, "“\(region.prefix(100))” names no region; set AWS_REGION, e.g. eu-central-1.")
    }
    self.bucket = String(bucket)
    self.prefix = String(prefix)
    self.region = region
    self.endpoint = try Self.endpoint(endpoint ?? "https://s3.\(region).amazonaws.com")
    self.isPathStyle = isPathStyle ?? (endpoint != nil)
  }

  public var description: String { prefix.isEmpty ? "s3://\(bucket)" : "s3://\(bucket)/\(prefix)" }

  /// The host that requests name, with its port unless it is the scheme's default.
  var host: String {
    let host = endpoint.drop { $0 != "/" }.dropFirst(2)
    return isPathStyle ? String(host) : "\(bucket).\(host)"
  }

  var scheme: Substring { endpoint.prefix { $0 != ":" } }

  /// The full key of an object of this store.
  func key(_ name: String) -> String { prefix.isEmpty ? name : "\(prefix)/\(name)" }

  private static func endpoint(_ text: String) throws(S3Error) -> String {
    var text = text.lowercased()[...]
    if text.hasSuffix("/") { text.removeLast() }
    let host = text.drop { $0 != "/" }.dropFirst(2)
    guard text.hasPrefix("http://") || text.hasPrefix("https://"), !host.isEmpty,
      host.utf8.allSatisfy({ isPlain($0) && $0 != UInt8(ascii: "/") || [0x3a, 0x5b, 0x5d].contains($0) })
    else {
      throw S3Error(
        .misuse, "“\(text.prefix(200))” is no endpoint of S3; write http or https, a host and a port, and no path.")
    }
    // The signature covers the host as sent, and HTTP leaves the default port out.
    for (scheme, port) in [("http://", ":80"), ("https://", ":443")] where text.hasPrefix(scheme) {
      if text.hasSuffix(port) { text.removeLast(port.count) }
    }
    return String(text)
  }

  private static func isBucket(_ name: Substring) -> Bool {
    (3...63).contains(name.utf8.count) && !name.hasPrefix(".") && !name.hasSuffix(".") && !name.contains("..")
      && name.utf8.allSatisfy { isPlain($0) && !(0x41...0x5a).contains($0) && $0 != 0x2f && $0 != 0x5f }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: "-_./".utf8.contains(byte)
    }
  }
}
