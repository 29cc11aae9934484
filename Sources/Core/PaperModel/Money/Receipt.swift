/// What is known of a call whose price is not: by it the call is found at its provider later.
public struct Receipt: Hashable, Sendable {
  /// What was called, e.g. a URL without its query; not empty.
  public var endpoint: String
  /// The provider's name of the model.
  public var model: String
  /// The provider's id of the request, from the answer's head; empty if none came.
  public var requestID = ""
  /// The provider's id of the answer; empty if none came.
  public var answerID = ""
  /// What the provider had counted before the end, e.g. the tokens of the request.
  public var counted: [Usage] = []
  /// The bytes of the answer's text that came.
  public var seenBytes: Int64 = 0
  /// Why the price is not known, in a sentence without its full stop; cut to 1,024 bytes.
  public var reason: String { didSet { reason = Failure.cut(reason) } }

  public init(endpoint: String, model: String, reason: String) {
    precondition(!endpoint.isEmpty)
    self.endpoint = endpoint
    self.model = model
    self.reason = Failure.cut(reason)
  }
}
