/// Why a request got no answer, or only a part of one. It never contains a header or a query: either may hold a secret.
public struct HTTPClientError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The time limits.
  public enum Limit: String, Sendable {
    /// Until the connection is established, encryption included.
    case connect = "connecting"
    /// From the last byte of the request to the head of the answer.
    case firstByte = "waiting for the answer's head"
    /// Between two bytes of the answer.
    case silence = "waiting for more of the answer"
    case whole = "all of the request"
  }

  /// The kind of error, for programs.
  public enum Reason: Sendable, Hashable {
    /// The request can't be sent as it is: a mistake of the caller.
    case invalidRequest
    /// The host's name has no address now.
    case nameNotResolved
    /// The connection was refused, or there is no route.
    case refused
    /// The server's identity could not be verified. Nothing was sent.
    case tlsNotVerified
    /// The two can't agree how to encrypt.
    case tlsFailed
    /// A time limit was passed.
    case timedOut(Limit)
    /// The connection was reset or closed before the answer was whole.
    case connectionLost
    /// The answer is not HTTP.
    case protocolViolation
    /// The answer's head is larger than `OutgoingRequest.Limits.headBytes`.
    case headTooLarge
    /// The answer's body is larger than the caller accepts.
    case bodyTooLarge
    /// The caller's stream for the request's body has failed.
    case requestBodyFailed
    /// Too many requests are under way; nothing was queued.
    case overloaded
    /// The client was closed.
    case closed
  }

  public let reason: Reason
  /// Method and address, without query.
  public let target: String
  /// libcurl's message; may be empty.
  public let detail: String
  /// False if it is certain that the server has not received the request.
  public let mayHaveArrived: Bool

  init(_ reason: Reason, target: String, detail: String = "", mayHaveArrived: Bool) {
    self.reason = reason
    self.target = target
    self.detail = String(detail.prefix(300))
    self.mayHaveArrived = mayHaveArrived
  }

  /// Whether the same request may succeed later. Before repeating a request that must not be executed twice, check
  /// `mayHaveArrived`.
  public var isRetriable: Bool {
    switch reason {
    case .invalidRequest, .tlsNotVerified, .headTooLarge, .bodyTooLarge, .requestBodyFailed, .closed: false
    case .nameNotResolved, .refused, .tlsFailed, .timedOut, .connectionLost, .protocolViolation, .overloaded: true
    }
  }

  /// One sentence with the cause and what to do.
  public var description: String {
    let said = detail.isEmpty ? "" : " (\(detail))"
    return "\(target): \(sentence)\(said); \(advice)."
  }

  private var sentence: String {
    switch reason {
    case .invalidRequest: "the request can't be sent"
    case .nameNotResolved: "the host's name can't be resolved"
    case .refused: "no connection can be made"
    case .tlsNotVerified: "the server's certificate can't be trusted"
    case .tlsFailed: "no encrypted connection can be made"
    case .timedOut(let limit): "\(limit.rawValue) took longer than it may"
    case .connectionLost: "the connection was lost before the answer was whole"
    case .protocolViolation: "what answers there does not speak HTTP as it should"
    case .headTooLarge: "the answer's head is larger than it may be"
    case .bodyTooLarge: "the answer is larger than it may be"
    case .requestBodyFailed: "the request's body could not be read"
    case .overloaded: "too many requests are under way"
    case .closed: "the client is closed"
    }
  }

  private var advice: String {
    switch reason {
    case .invalidRequest: "correct it"
    case .nameNotResolved: "check the name and this machine's name service"
    case .refused: "check that the server runs and that the address and port are right"
    case .tlsNotVerified: "give the file of the authority that signed it, or correct the host's name"
    case .tlsFailed: "check that the port is one for https"
    case .timedOut: "try again later, or raise the limit"
    case .connectionLost: "try again later"
    case .protocolViolation: "check that the address is the server's and not another's"
    case .headTooLarge, .bodyTooLarge: "check the address, or raise the limit"
    case .requestBodyFailed: "look at what it is read from"
    case .overloaded: "send fewer at once"
    case .closed: "nothing more can be sent with it"
    }
  }
}
