/// What a server allows its clients. Everything has a limit.
public struct HTTPServerLimits: Sendable {
  /// Connections at the same time; further ones wait in the system's queue.
  public var connections = 512
  /// Bytes of a request's head, from the method to the empty line; above it the answer is 431 (414 if the target alone
  /// is too long).
  public var headBytes = 8 << 10
  /// Fields of a request's head; above it the answer is 431.
  public var fields = 100
  /// Bytes of a request's body; above it the answer is 413.
  public var bodyBytes = 8 << 20
  /// From the connection, or from the request line on a connection that is used again, to the end of the head.
  public var head = Duration.seconds(10)
  /// From the end of the head to the end of the body.
  public var body = Duration.seconds(60)
  /// Between two requests on a connection. Rounded up to seconds it also limits how long a client may leave a response
  /// unread.
  public var idle = Duration.seconds(75)
  /// From the end of the head to the handler's response; after it the client gets 503 and the handler is cancelled. A
  /// streamed response has no limit afterwards.
  public var handler = Duration.seconds(60)
  /// How long a connection that the server closed is still read from, so that the last response is not lost.
  public var linger = Duration.seconds(1)

  /// The usual limits.
  public init() {}
}
