internal import CCurl
internal import Glibc
internal import Synchronization

/// Sends requests over HTTP/1.1 and HTTP/2. One thread of its own does the work for all of them; connections are kept
/// and reused. Certificates are always verified. The environment's proxies are ignored.
public final class HTTPClient: Sendable {
  /// How all requests of a client are sent.
  public struct Settings: Sendable, Hashable {
    /// The versions of HTTP.
    public enum Version: Sendable {
      /// HTTP/1.1.
      case http1
      /// HTTP/2 if an encrypted server offers it, else HTTP/1.1.
      case negotiated
      /// HTTP/2 without asking, also unencrypted.
      case http2
    }

    public var version = Version.negotiated
    /// Requests under way to one host, and connections for them; others wait their turn.
    public var mostPerHost = 64
    /// Streams on one HTTP/2 connection.
    public var mostStreamsPerConnection = 100
    /// Requests under way and waiting, to all hosts; more are refused.
    public var mostRequests = 20_000
    /// Idle connections that are kept.
    public var mostIdleConnections = 256
    /// A file of certificates (PEM) of the only authorities that are trusted; the system's when nil.
    public var authoritiesFile: String?
    /// A proxy, e.g. `http://proxy:3128` or `socks5h://proxy:1080`; none when nil.
    public var proxy: String?

    /// The usual settings.
    public init() {}
  }

  /// An answer with its whole body.
  public struct Answer: Sendable {
    public let status: Int
    public let headers: HTTPFields
    public let body: [UInt8]
  }

  private let loop: CurlLoop

  /// Creates a client.
  /// - Throws: `HTTPClientError` if the system has no thread or descriptor left.
  public init(_ settings: Settings = Settings()) throws {
    precondition(settings.mostPerHost > 0 && settings.mostRequests > 0 && settings.mostStreamsPerConnection > 0)
    loop = try CurlLoop(settings)
  }

  deinit { loop.close(then: nil) }

  /// Sends a request and answers once the head of the answer is there, whatever its status.
  /// - Throws: `HTTPClientError`; `CancellationError` at cancellation, with the transfer ended.
  public func send(_ request: OutgoingRequest) async throws -> IncomingResponse {
    var request = request
    while true {
      let response = try await sendOnce(request)
      guard let next = try request.redirected(by: response.head) else { return response }
      request = next
    }
  }

  /// Sends a request and answers once all of the answer is there, at most `request.limits.bodyBytes`.
  /// - Throws: as `send`.
  public func answer(to request: OutgoingRequest) async throws -> Answer {
    let response = try await send(request)
    let body = try await response.bytes(atMost: request.limits.bodyBytes)
    return Answer(status: response.status, headers: response.headers, body: body)
  }

  /// Ends running requests with an error of reason `closed`, closes all connections and returns when the thread has
  /// ended.
  public func close() async {
    await withCheckedContinuation { caller in loop.close { caller.resume() } }
  }

  private func sendOnce(_ request: OutgoingRequest) async throws -> IncomingResponse {
    try Task.checkCancellation()
    let transfer = Transfer(request, try Target(request), loop)
    try loop.begin(transfer)
    return IncomingResponse(head: try await transfer.head(), transfer: transfer, client: self)
  }
}
