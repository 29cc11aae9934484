internal import CCurl

/// The target of a request, as libcurl parses its URL.
struct Target: Sendable, Hashable {
  let isEncrypted: Bool
  /// Scheme, host and port, and the Unix socket if there is one: the key of connections and queues.
  let host: String

  /// - Throws: `HTTPClientError` of reason `invalidRequest` with the fault.
  init(_ request: OutgoingRequest) throws(HTTPClientError) {
    guard !request.method.isEmpty, request.method.utf8.allSatisfy({ (0x41...0x5a).contains($0) || $0 == 0x2d }) else {
      throw request.failure(.invalidRequest, "its method is no word of capital letters")
    }
    guard request.url.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), request.url.utf8.count <= 16 << 10 else {
      throw request.failure(.invalidRequest, "its address is too long, or not escaped")
    }
    if let field = request.headers.unusable {
      throw request.failure(.invalidRequest, "the field “\(field.name.prefix(60))” can't be sent")
    }
    let address = Address()
    guard address.read(request.url), let scheme = address.part(CURLUPART_SCHEME),
      let host = address.part(CURLUPART_HOST), let port = address.part(CURLUPART_PORT)
    else { throw request.failure(.invalidRequest, "its address can't be read") }
    guard scheme == "http" || scheme == "https" else {
      throw request.failure(.invalidRequest, "its address is not one of http or https")
    }
    guard address.part(CURLUPART_USER) == nil else {
      throw request.failure(.invalidRequest, "its address holds a user's name")
    }
    if let path = request.unixSocket, path.isEmpty || path.utf8.count > 107 || path.utf8.contains(0) {
      throw request.failure(.invalidRequest, "a Unix socket's path has 1 to 107 bytes")
    }
    isEncrypted = scheme == "https"
    self.host = "\(scheme)://\(host.lowercased()):\(port)\(request.unixSocket.map { " \($0)" } ?? "")"
  }
}

/// libcurl's own understanding of an address, freed with its owner.
private struct Address: ~Copyable {
  private let handle: OpaquePointer

  init() {
    guard let handle = curl_url() else { preconditionFailure("out of memory") }
    self.handle = handle
  }

  deinit { curl_url_cleanup(handle) }

  /// Parses a URL; a relative one is resolved against this one.
  func read(_ url: String) -> Bool {
    curl_url_set(handle, CURLUPART_URL, url, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK
  }

  func part(_ part: CURLUPart) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }

  func whole() -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, CURLUPART_URL, &text, 0) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}

extension OutgoingRequest {
  /// The request that a redirection asks for; nil if the answer is none or none may be followed.
  func redirected(by head: IncomingHead) throws -> OutgoingRequest? {
    guard mostRedirections > 0, method == "GET" || method == "HEAD", [301, 302, 303, 307, 308].contains(head.status),
      let place = head.headers["location"]
    else { return nil }
    let address = Address()
    guard address.read(url), address.read(place), let url = address.whole() else {
      throw failure(.protocolViolation, "it redirects to what is no address", mayHaveArrived: true)
    }
    var next = self
    next.url = url
    next.mostRedirections -= 1
    let (from, to) = (try Target(self), try Target(next))
    guard to.isEncrypted || !from.isEncrypted else {
      throw failure(.protocolViolation, "it redirects from https to http", mayHaveArrived: true)
    }
    if from != to { for name in ["authorization", "cookie", "proxy-authorization"] { next.headers[name] = nil } }
    return next
  }
}
