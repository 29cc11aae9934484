public import HTTPClient
import PaperModel

/// Calls models over HTTP. A request is sent once: what becomes of a call that may have arrived is for its caller to
/// decide, who pays for it.
public struct ModelClient: Sendable {
  /// How long a call may take.
  public struct Patience: Sendable, Hashable {
    /// Until the head of the answer; some providers keep a request in a queue for minutes.
    public var firstByte = Duration.seconds(600)
    /// Between two pieces of the answer. Providers that think send signs of life.
    public var silence = Duration.seconds(180)
    public var whole = Duration.seconds(3600)

    public init() {}
  }

  private let http: HTTPClient
  private let key: @Sendable (String) -> String?
  private let patience: Patience
  /// An event may hold a whole answer.
  private static let mostEventBytes = 64 << 20

  /// - Parameter key: the value of an environment variable, or of the file that it names.
  public init(_ http: HTTPClient, patience: Patience = Patience(), key: @escaping @Sendable (String) -> String?) {
    self.http = http
    self.patience = patience
    self.key = key
  }

  /// Calls a model once.
  /// - Parameter images: the bytes of the request's pictures by digest.
  /// - Throws: `CancellationError`; every other end is a value.
  public func call(
    _ request: ModelRequest, of model: LanguageModel, images: [String: [UInt8]] = [:]
  ) async throws -> CallEnd {
    let outgoing: OutgoingRequest
    switch prepared(request, model, images) {
    case .success(let ready): outgoing = ready
    case .failure(let refusal): return .refused(refusal)
    }
    var receipt = Receipt(endpoint: outgoing.url, model: model.model, reason: "")
    let response: IncomingResponse
    do { response = try await http.send(outgoing) } catch let error as HTTPClientError {
      guard error.mayHaveArrived else { return .refused(Self.unreachable(error)) }
      receipt.reason = error.description
      return .unsettled(receipt, nil)
    }
    receipt.requestID =
      ["x-request-id", "request-id", "x-generation-id"].compactMap { response.headers[$0] }.first ?? ""
    guard response.status == 200 else { return .refused(try await Self.refusal(response)) }
    return try await read(response, request, model, receipt)
  }

  private func prepared(
    _ request: ModelRequest, _ model: LanguageModel, _ images: [String: [UInt8]]
  ) -> Result<OutgoingRequest, Refusal> {
    let body = RequestBody(request, model: model.model, quirks: model.quirks, images: images)
    var headers: HTTPFields = ["Content-Type": "application/json", "Accept": "text/event-stream"]
    let secret = model.key.map { key($0) ?? "" }
    if let name = model.key, secret?.isEmpty != false {
      let error = ProviderError(
        kind: "noKey", message: "the environment variable \(name) is empty; it holds the key of \(model.name)")
      return .failure(Refusal(.settings, status: 0, error))
    }
    let path: String
    switch model.wire {
    case .openai:
      path = "/chat/completions"
      if let secret { headers["Authorization"] = "Bearer \(secret)" }
    case .anthropic:
      path = "/messages"
      headers["anthropic-version"] = "2023-06-01"
      if let secret { headers["x-api-key"] = secret }
    case .mailbox:
      let error = ProviderError(kind: "mailbox", message: "\(model.name) is a mailbox and has no address")
      return .failure(Refusal(.settings, status: 0, error))
    }
    let json = model.wire == .openai ? body.chat.json : body.messages.json
    var outgoing = OutgoingRequest("POST", model.endpoint + path, headers: headers, body: .bytes(json))
    // A call whose fate is not known keeps its whole reservation: that is worth a handshake.
    outgoing.mayUseKeptConnection = false
    outgoing.limits.firstByte = patience.firstByte
    outgoing.limits.silence = patience.silence
    outgoing.limits.whole = patience.whole
    return .success(outgoing)
  }

  private static func unreachable(_ error: HTTPClientError) -> Refusal {
    let kind: Refusal.Kind =
      switch error.reason {
      case .invalidRequest, .tlsNotVerified: .settings
      default: .later
      }
    return Refusal(kind, status: 0, ProviderError(kind: "unreachable", message: error.description))
  }

  private static func refusal(_ response: IncomingResponse) async throws -> Refusal {
    var bytes: [UInt8] = []
    do { bytes = try await response.bytes(atMost: 1 << 20) } catch is HTTPClientError {
      // The status alone says that nothing was done.
    }
    let error = JSONValue(parsing: bytes).flatMap { ProviderError($0) }
    let start = String(decoding: bytes.prefix(200), as: UTF8.self)
    let wait = RefusalReading.wait(
      retryAfter: response.headers["retry-after"], milliseconds: response.headers["retry-after-ms"])
    return RefusalReading.refusal(
      status: response.status, error: error ?? ProviderError(kind: "", message: start), retryAfterSeconds: wait)
  }

  private func read(
    _ response: IncomingResponse, _ request: ModelRequest, _ model: LanguageModel, _ receipt: Receipt
  ) async throws -> CallEnd {
    var stream: any AnswerStream = model.wire == .openai ? ChatStream() : MessagesStream()
    var detector = request.form == .text ? nil : LoopDetector()
    var problem: String?
    do {
      for try await event in response.events(mostBytes: Self.mostEventBytes) {
        stream.take(event.data)
        if detector?.take(stream.lastText) == true {
          problem = "the answer repeated itself without end and was cut off"
          break
        }
      }
    } catch let error as HTTPClientError { problem = error.description }
    return Self.end(stream, model, receipt, problem)
  }

  private static func end(
    _ stream: any AnswerStream, _ model: LanguageModel, _ receipt: Receipt, _ problem: String?
  ) -> CallEnd {
    var receipt = receipt
    receipt.answerID = stream.answer.id
    receipt.seenBytes = Int64(stream.answer.text.utf8.count)
    let tokens = stream.usageError == nil ? try? stream.usage.tokens() : nil
    receipt.counted = tokens.map { [.inputTokens($0.prompt)] } ?? []
    switch stream.progress {
    case .whole:
      if let tokens { return .answered(stream.answer, tokens) }
      if model.prices == .free { return .answered(stream.answer, TokenUsage()) }
      receipt.reason = stream.usageError?.description ?? "the provider reported no usage"
      return .unsettled(receipt, stream.answer)
    case .failed(let error):
      if let tokens, tokens.output > 0, model.wire == .openai { return .failed(error, tokens) }
      if stream.usage.isEmpty, stream.answer.text.isEmpty, model.wire == .anthropic {
        return .refused(RefusalReading.refusal(status: 529, error: error, retryAfterSeconds: nil))
      }
      receipt.reason = "the provider ended the answer with an error: \(error)"
      return .unsettled(receipt, nil)
    case .open:
      receipt.reason = problem ?? "the answer ended before its end"
      return .unsettled(receipt, nil)
    }
  }
}
