/// A request as a value.
public struct OutgoingRequest: Sendable {
  /// The body of a request.
  public enum Body: Sendable {
    /// Nothing.
    case none
    /// These bytes.
    case bytes([UInt8])
    /// Pieces as they arrive, read no faster than they are sent. Without a length they are sent in chunks.
    case stream(length: Int64?, any AsyncSequence<[UInt8], any Error> & Sendable)
  }

  /// The limits of a request. Times are checked ten times a second.
  public struct Limits: Sendable, Hashable {
    /// Until the connection is established, encryption included.
    public var connect: Duration = .seconds(10)
    /// From the last byte that could be sent to the head of the answer.
    public var firstByte: Duration = .seconds(60)
    /// Between two pieces of the answer, while it is being read.
    public var silence: Duration = .seconds(60)
    /// From the call to the answer's last byte, time in the queue included; no limit when nil.
    public var whole: Duration?
    /// The head of an answer, in bytes.
    public var headBytes = 64 << 10
    /// The most bytes of a body that `HTTPClient.answer` accepts.
    public var bodyBytes = 16 << 20

    /// The usual limits.
    public init() {}
  }

  /// The method, e.g. `GET`.
  public var method: String
  /// The URL, `http` or `https`, already escaped. Its path is sent unchanged.
  public var url: String
  /// The header fields. `Host` and the length are added.
  public var headers: HTTPFields
  public var body: Body
  public var limits = Limits()
  /// A Unix socket to connect to instead of the URL's host.
  public var unixSocket: String?
  /// Whether a connection may serve that was kept from an earlier request. Its server may just have closed it; then
  /// nobody knows whether a request that is not idempotent has arrived.
  public var mayUseKeptConnection = true
  /// How many redirections of a GET or HEAD are followed; none by default. Fields that identify the client are not sent
  /// on to another host, and none leads from https to http.
  public var mostRedirections = 0

  public init(_ method: String, _ url: String, headers: HTTPFields = HTTPFields(), body: Body = .none) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }

  /// Method and address without the query, for errors.
  var target: String { "\(method) \(url.prefix { $0 != "?" && $0 != "#" }.prefix(300))" }

  /// Whether doing it twice is the same as doing it once (RFC 9110, 9.2.2).
  var isIdempotent: Bool { ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"].contains(method) }

  func failure(
    _ reason: HTTPClientError.Reason, _ detail: String = "", mayHaveArrived: Bool = false
  ) -> HTTPClientError {
    HTTPClientError(reason, target: target, detail: detail, mayHaveArrived: mayHaveArrived)
  }
}
