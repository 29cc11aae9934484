/// A request whose head was found to be in order.
public struct HTTPRequest: Sendable {
  /// The method, e.g. `GET`.
  public let method: String
  /// The target as it was sent, with the query.
  public let target: String
  /// The fields of the head.
  public let headers: HTTPHeaders
  public let body: RequestBody
  /// The decoded values of a route's `:names`.
  public internal(set) var pathValues: [String: String] = [:]

  /// A request, e.g. for the test of a handler.
  public init(
    _ method: String, _ target: String, headers: HTTPHeaders = [:], body: RequestBody = RequestBody([])
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
  }

  /// The target without the query, and without `http://HOST` if the client sent it; not decoded.
  public var path: Substring {
    let path = target.prefix { $0 != "?" }
    guard let scheme = path.range(of: "://"), path.first != "/" else { return path }
    return path[scheme.upperBound...].drop { $0 != "/" }
  }

  /// The decoded value of the first query item with the name; nil if there is none or it can't be decoded.
  public func query(_ name: String) -> String? {
    guard let mark = target.firstIndex(of: "?") else { return nil }
    for item in target[target.index(after: mark)...].split(separator: "&") {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard PercentCoding.decoded(parts[0], plusIsSpace: true) == name else { continue }
      return parts.count == 1 ? "" : PercentCoding.decoded(parts[1], plusIsSpace: true)
    }
    return nil
  }
}

/// `%41` for `A`.
enum PercentCoding {
  /// Nil if a percent sign has no two digits behind it, or the bytes are not UTF-8.
  static func decoded(_ text: Substring, plusIsSpace: Bool) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}

extension Substring {
  /// The first occurrence of a text.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
