/// The rules for a request's head. Stricter than RFC 9112 where two readers could understand a request differently:
/// behind a proxy such a request smuggles another one past it.
struct HeadRules {
  let limits: HTTPServerLimits

  /// A head as it was parsed, not yet checked.
  struct Head {
    var method: [UInt8]
    var target: [UInt8]
    var version: [UInt8]
    var fields: [(name: [UInt8], value: [UInt8])]

    /// Whether another request may follow on the connection.
    var keepsAlive: Bool {
      version == Array("HTTP/1.1".utf8) && HeadRules.values("connection", self).isEmpty
    }
  }

  /// The length of the body that follows.
  func bodyLength(of head: Head) throws(Refusal) -> Int {
    try checkRequestLine(head)
    if head.fields.count > limits.fields { throw Refusal(431, "The request has more fields than are taken here.") }
    for field in head.fields {
      guard Self.isToken(field.name) else {
        throw Refusal(400, "A field's name has characters that names do not have.")
      }
      guard field.value.allSatisfy(Self.isText) else { throw Refusal(400, "A field's value has control characters.") }
    }
    let isOld = head.version == Array("HTTP/1.0".utf8)
    let host = try checkHost(head, isOld: isOld)
    try checkTarget(head, host)
    return try checkLength(head, isOld: isOld)
  }

  private func checkRequestLine(_ head: Head) throws(Refusal) {
    guard Self.isToken(head.method), head.method.count <= 32 else { throw Refusal(400, "The method is no word.") }
    guard ["HTTP/1.1", "HTTP/1.0"].contains(where: { head.version == Array($0.utf8) }) else {
      throw Refusal(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.")
    }
  }

  private func checkHost(_ head: Head, isOld: Bool) throws(Refusal) -> [UInt8] {
    let hosts = Self.values("host", head)
    guard hosts.count <= 1 else { throw Refusal(400, "The request has more than one Host.") }
    guard let host = hosts.first else {
      if isOld { return [] }
      throw Refusal(400, "The request has no Host.")
    }
    guard Self.isAuthority(host) else { throw Refusal(400, "Host is not a host with an optional port.") }
    return host
  }

  private func checkTarget(_ head: Head, _ host: [UInt8]) throws(Refusal) {
    let target = head.target
    guard target.allSatisfy(Self.isTargetByte), Self.percentsAreWhole(target) else {
      throw Refusal(400, "The target has characters that must be percent-encoded.")
    }
    if target.first == UInt8(ascii: "/") || (target == [UInt8(ascii: "*")] && head.method == Array("OPTIONS".utf8)) {
      return
    }
    for scheme in ["http://", "https://"] where Self.lowercased(target.prefix(scheme.utf8.count)) == Array(scheme.utf8)
    {
      let authority = target.dropFirst(scheme.utf8.count).prefix { !"/?".utf8.contains($0) }
      // RFC 9112 gives the target's host precedence; a program that reads the header would see another request.
      guard !authority.isEmpty, Self.lowercased(authority) == Self.lowercased(host[...]) else { break }
      return
    }
    throw Refusal(400, "The target is neither a path nor a URL of this host.")
  }

  private func checkLength(_ head: Head, isOld: Bool) throws(Refusal) -> Int {
    let lengths = Self.values("content-length", head)
    let codings = Self.values("transfer-encoding", head)
    if !codings.isEmpty {
      guard lengths.isEmpty else { throw Refusal(400, "The request has both Content-Length and Transfer-Encoding.") }
      guard codings.count == 1, !isOld, Self.lowercased(codings[0][...]) == Array("chunked".utf8) else {
        throw Refusal(400, "The request's Transfer-Encoding is not known.")
      }
      throw Refusal(411, "Chunked requests are not taken here; send the body with Content-Length.")
    }
    guard lengths.count <= 1 else { throw Refusal(400, "The request has more than one Content-Length.") }
    guard let length = lengths.first else { return 0 }
    guard !length.isEmpty, length.count <= 18, length.allSatisfy({ (0x30...0x39).contains($0) }),
      let count = Int(String(decoding: length, as: UTF8.self))
    else { throw Refusal(400, "Content-Length is no number.") }
    guard count <= limits.bodyBytes else {
      throw Refusal(413, "The body is longer than the \(limits.bodyBytes) bytes that are taken here.")
    }
    return count
  }
}

extension HeadRules {
  fileprivate static func values(_ name: String, _ head: Head) -> [[UInt8]] {
    head.fields.filter { lowercased($0.name[...]) == Array(name.utf8) }.map(\.value)
  }

  private static func lowercased(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  /// RFC 9110, 5.6.2.
  private static func isToken(_ bytes: [UInt8]) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { isAlphanumeric($0) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
  }

  private static func isText(_ byte: UInt8) -> Bool { byte == 0x09 || (byte >= 0x20 && byte != 0x7F) }

  /// RFC 3986, without the fragment's mark.
  private static func isTargetByte(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "-._~:/?[]@!$&'()*+,;=%".utf8.contains(byte)
  }

  private static func percentsAreWhole(_ bytes: [UInt8]) -> Bool {
    bytes.indices.allSatisfy { index in
      bytes[index] != UInt8(ascii: "%")
        || (index + 2 < bytes.count && bytes[(index + 1)...(index + 2)].allSatisfy(isHex))
    }
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
  }

  private static func isAuthority(_ bytes: [UInt8]) -> Bool {
    var host = bytes[...]
    if let colon = bytes.lastIndex(of: UInt8(ascii: ":")), bytes[colon...].last != UInt8(ascii: "]") {
      let port = bytes[(colon + 1)...]
      guard port.count <= 5, port.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
      host = bytes[..<colon]
    }
    if host.first == UInt8(ascii: "[") {
      guard host.count > 3, host.last == UInt8(ascii: "]") else { return false }
      return host.dropFirst().dropLast().allSatisfy { isHex($0) || ":.".utf8.contains($0) }
    }
    return !host.isEmpty && host.allSatisfy { isAlphanumeric($0) || "-._~!$&'()*+;=%".utf8.contains($0) }
  }
}
