internal import Synchronization
internal import Threads

/// A request's body, in pieces. A client that sends faster than the handler reads is slowed down.
///
/// One task reads it, and only once. The server does not wait for a handler that answers without reading everything:
/// the rest is discarded.
public struct RequestBody: Sendable {
  /// How many bytes the client announced.
  public let length: Int
  private let source: any BodySource

  init(length: Int, source: any BodySource) {
    self.length = length
    self.source = source
  }

  /// A body that is there, e.g. for the test of a handler.
  public init(_ bytes: [UInt8]) {
    length = bytes.count
    source = WholeBody(bytes)
  }

  /// The next piece; nil at the end.
  /// - Throws: `ClientGone` if the client hung up or took too long, `CancellationError` on cancellation.
  public func next() async throws -> [UInt8]? { try await source.next() }

  /// All of it, which the server's limit on bodies bounds.
  /// - Throws: as `next()`.
  public func all() async throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    while let piece = try await next() { bytes += piece }
    return bytes
  }
}

/// The client hung up, was too slow, or the server was stopped: no answer can be sent.
public struct ClientGone: Error, CustomStringConvertible {
  public init() {}
  /// One sentence.
  public var description: String { "The client hung up; there is nobody to answer." }
}

/// The source of a body's pieces.
protocol BodySource: Sendable {
  func next() async throws -> [UInt8]?
}

/// A body in memory.
private final class WholeBody: BodySource {
  private let bytes: Lock<[UInt8]>
  init(_ bytes: [UInt8]) { self.bytes = Lock(bytes) }

  func next() async throws -> [UInt8]? {
    bytes.withLock { bytes in
      defer { bytes = [] }
      return bytes.isEmpty ? nil : bytes
    }
  }
}
