internal import Digests

/// Signs S3 requests: AWS Signature Version 4 with S3's rules (paths are escaped once and not normalised).
struct S3Signer: Sendable {
  let credentials: S3Credentials
  let region: String

  /// The parts of a request that the signature covers.
  struct Request: Sendable {
    var method: String
    /// Escaped as it is sent.
    var path: String
    /// Neither escaped nor sorted.
    var query: [(name: String, value: String)]
    /// All header fields except `Host`; names in any case.
    var headers: [(name: String, value: String)]
    var host: String
    /// The digest of the body.
    var payload: Digest
  }

  /// The header fields to add: date, digest, session token and signature.
  func fields(for request: Request, atMicroseconds time: Int64) -> [(name: String, value: String)] {
    let date = CivilTime(microseconds: time).compact
    var added = [("x-amz-date", date), ("x-amz-content-sha256", request.payload.hex)]
    if let token = credentials.sessionToken { added.append(("x-amz-security-token", token)) }
    let signed =
      (request.headers.map { ($0.name.lowercased(), Self.tidied($0.value)) } + added)
      + [("host", request.host)]
    let sorted = signed.sorted { $0.0 < $1.0 }
    let names = sorted.map(\.0).joined(separator: ";")
    let canonical = [
      request.method, request.path, Self.canonical(request.query), sorted.map { "\($0.0):\($0.1)\n" }.joined(), names,
      request.payload.hex,
    ].joined(separator: "\n")
    let scope = "\(date.prefix(8))/\(region)/s3/aws4_request"
    let text = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n\(SHA256.digest(of: canonical).hex)"
    var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
    for part in scope.split(separator: "/") { key = HMACSHA256.code(of: Array(part.utf8), key: key).bytes }
    let signature = HMACSHA256.code(of: Array(text.utf8), key: key).hex
    let authorization =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    return added + [("Authorization", authorization)]
  }

  /// A query as it is signed and sent: escaped, then sorted.
  static func canonical(_ query: [(name: String, value: String)]) -> String {
    query.map { (escaped($0.name), escaped($0.value)) }.sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }
      .joined(separator: "&")
  }

  /// Percent-encodes everything but RFC 3986's unreserved characters.
  static func escaped(_ text: String, keepingSlashes: Bool = false) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: bytes.append(byte)
      case 0x2f where keepingSlashes: bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Trims the value and collapses runs of blanks.
  private static func tidied(_ value: String) -> String { value.split(separator: " ").joined(separator: " ") }
}
