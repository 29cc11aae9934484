/// A handler's response.
public struct HTTPResponse: Sendable {
  /// The body of a response.
  public enum Body: Sendable {
    /// Bytes that are there.
    case bytes([UInt8])
    /// Bytes that are written one after the other, while the client reads them. An error breaks the connection off, so
    /// that the client does not take a part for the whole. Cancelled when the client hangs up or the server stops.
    case stream(@Sendable (BodyWriter) async throws -> Void)
  }

  /// The status, 200 to 599.
  public var status: Int
  /// Fields of the head; length, date and connection are the server's affair.
  public var headers: HTTPHeaders
  public var body: Body

  public init(_ status: Int = 200, headers: HTTPHeaders = [:], _ body: Body = .bytes([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Plain text.
  public static func text(_ text: String, status: Int = 200) -> HTTPResponse {
    .bytes(Array(text.utf8), type: "text/plain; charset=utf-8", status: status)
  }

  /// JSON that was encoded already.
  public static func json(_ bytes: [UInt8], status: Int = 200) -> HTTPResponse {
    .bytes(bytes, type: "application/json", status: status)
  }

  /// Bytes of a media type.
  public static func bytes(_ bytes: [UInt8], type: String, status: Int = 200) -> HTTPResponse {
    HTTPResponse(status, headers: ["Content-Type": type], .bytes(bytes))
  }
}

/// Writes a streamed body.
public struct BodyWriter: Sendable {
  private let sink: any BodySink
  init(_ sink: any BodySink) { self.sink = sink }

  /// Returns when the bytes are accepted; waits while 64 KiB or more are unsent.
  /// - Throws: `ClientGone`, or `CancellationError` at cancellation.
  public func write(_ bytes: [UInt8]) async throws { try await sink.write(bytes) }
  /// Writes text.
  /// - Throws: as `write(_: [UInt8])`.
  public func write(_ text: String) async throws { try await sink.write(Array(text.utf8)) }
}

/// The receiver of a streamed body.
protocol BodySink: Sendable {
  func write(_ bytes: [UInt8]) async throws
}
