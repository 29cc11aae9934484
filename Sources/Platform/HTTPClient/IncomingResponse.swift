/// The head of an answer.
public struct IncomingHead: Sendable, Hashable {
  /// The status, 100 to 999.
  public internal(set) var status: Int
  public internal(set) var headers = HTTPFields()
}

/// An answer whose head has arrived. One task reads the body; releasing the answer before its end ends the transfer.
public final class IncomingResponse: Sendable {
  public let head: IncomingHead
  private let transfer: Transfer
  /// A released client closes; this keeps it while its answer is read.
  private let client: HTTPClient

  init(head: IncomingHead, transfer: Transfer, client: HTTPClient) {
    self.head = head
    self.transfer = transfer
    self.client = client
  }

  deinit { transfer.cancel() }

  public var status: Int { head.status }
  public var headers: HTTPFields { head.headers }
  /// The body in pieces as they arrive. Until the next one is requested, the server is slowed down.
  public var body: Body { Body(response: self) }

  /// The whole body.
  /// - Throws: `HTTPClientError` of reason `bodyTooLarge` over the limit, at once if the head announces it.
  public func bytes(atMost limit: Int) async throws -> [UInt8] {
    if let said = headers["content-length"].flatMap({ Int($0) }), said > limit, transfer.request.method != "HEAD" {
      throw tooLarge(limit)
    }
    var bytes: [UInt8] = []
    for try await piece in body {
      guard bytes.count + piece.count <= limit else { throw tooLarge(limit) }
      bytes += piece
    }
    return bytes
  }

  private func tooLarge(_ limit: Int) -> HTTPClientError {
    transfer.cancel()
    return failure(.bodyTooLarge, "over \(limit) bytes")
  }

  func failure(_ reason: HTTPClientError.Reason, _ detail: String) -> HTTPClientError {
    transfer.request.failure(reason, detail, mayHaveArrived: true)
  }

  func nextPiece() async throws -> [UInt8]? { try await transfer.nextPiece() }

  /// A body as a sequence of pieces, none of them empty.
  public struct Body: AsyncSequence, Sendable {
    /// Hands out the pieces.
    public struct AsyncIterator: AsyncIteratorProtocol {
      let response: IncomingResponse

      /// The next piece; nil at the end.
      /// - Throws: `HTTPClientError` if the rest does not arrive; `CancellationError`.
      public mutating func next() async throws -> [UInt8]? { try await response.nextPiece() }
    }

    let response: IncomingResponse

    /// Continues at the current position.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(response: response) }
  }
}
