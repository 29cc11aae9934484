public import PaperModel

/// Calls models as steps: reserves the most that a call can cost, calls once, and settles from what the provider
/// counted.
public struct ModelCaller: Sendable {
  /// The part of a step's name before the dot, by which its cost is looked up later.
  public static let provider = "model"

  private let client: ModelClient
  let clock: any WallClock
  private let pacer: CallPacer
  let rungs = SchemaRungs()

  /// - Parameter share: the part of each endpoint's limits that is this process's, above 0 and at most 1.
  public init(
    _ client: ModelClient, clock: any WallClock = MachineClock(), share: @escaping @Sendable () -> Double = { 1 }
  ) {
    self.client = client
    self.clock = clock
    pacer = CallPacer(clock, share: share)
  }

  /// Asks a model, as a step of the current visit. A finished call is answered from the journal.
  /// - Parameters:
  ///   - name: what the call is for, e.g. `idea`; the step is `model.NAME`.
  ///   - leastOutput: the smallest limit of output, in tokens, that the caller can do with. If the request does not fit
  ///     into the rest of the budget, its limit is lowered as far as that.
  /// - Throws: `Failure`: `noPrice`, `budgetExhausted`, and what the provider refused: to be tried later where waiting
  ///   helps.
  public func answer(
    _ name: String, _ request: ModelRequest, by model: LanguageModel, leastOutput: Int64? = nil,
    with surroundings: any Surroundings
  ) async throws -> ModelAnswer {
    guard let prices = model.prices else {
      throw Failure(
        kind: "noPrice", "No price is known for the model \(model.name), so it is not called.",
        advice: "Write its prices, or `free: true`, into models.yaml.")
    }
    let prompt = request.promptBound(model.bound)
    var sent = request
    sent.outputLimit = min(request.outputLimit, model.output)
    let affordable = prices.outputLimit(within: await surroundings.remaining(), prompt: prompt) ?? 0
    if let leastOutput, affordable < sent.outputLimit {
      sent.outputLimit = min(sent.outputLimit, max(leastOutput, affordable))
    }
    let worst = prices.worst(prompt: prompt, output: sent.outputLimit)
    let images = try await images(of: sent, surroundings)
    return try await surroundings.step(
      "\(Self.provider).\(name)", request: ModelStep(model, request), reserving: worst
    ) { [sent] attempt in
      if model.wire == .mailbox { return try await mailed(sent, to: model, prices, for: attempt, images) }
      let call = try await paced(sent, of: model, images, prompt: prompt, for: attempt.stream)
      return try Self.settled(call.end, model, prices, call.took)
    }
  }

  private struct TimedCall {
    let end: CallEnd
    let took: Duration
  }

  /// Calls once, when the model's endpoint can take the call.
  private func paced(
    _ request: ModelRequest, of model: LanguageModel, _ images: [String: [UInt8]], prompt: Int64, for paper: StreamID
  ) async throws -> TimedCall {
    let worst = prompt + request.outputLimit
    guard let call = try await pacer.begin(model, for: paper, worst: worst) else {
      throw Failure(
        kind: "modelBusy", "\(model.name) takes no further call for now.",
        retryability: .later(afterSeconds: Failure.usualWait))
    }
    let begun = ContinuousClock.now
    do {
      let end = try await client.call(request, of: model, images: images)
      await pacer.end(call, end.outcome, unused: max(0, worst - end.counted(worst)))
      return TimedCall(end: end, took: ContinuousClock.now - begun)
    } catch {
      await pacer.end(call, .other, unused: 0)
      throw error
    }
  }

  private func images(
    of request: ModelRequest, _ surroundings: any Surroundings
  ) async throws -> [String: [UInt8]] {
    var images: [String: [UInt8]] = [:]
    for case .image(let blob, _) in request.messages.flatMap(\.parts) where images[blob.digest] == nil {
      images[blob.digest] = try await surroundings.bytes(of: blob)
    }
    return images
  }

  /// - Throws: `FailedStep`, `UnsettledStep`.
  private static func settled(
    _ end: CallEnd, _ model: LanguageModel, _ prices: ModelPrices, _ took: Duration
  ) throws -> Settled<ModelAnswer> {
    func charge(_ tokens: TokenUsage) -> Charge {
      Charge(
        money: prices.cost(of: tokens), wallNanoseconds: max(0, Int64(took / .nanoseconds(1))), usage: tokens.kinds)
    }
    switch end {
    case .answered(let answer, let tokens): return Settled(answer, charge: charge(tokens))
    case .failed(let error, let tokens):
      let failure = Failure(
        kind: "modelFailed", "\(model.name) failed in the middle of its answer: \(error)", retryability: .transient)
      throw FailedStep(failure, charge: charge(tokens))
    case .refused(let refusal): throw FailedStep(Failure(refusal, model), charge: .none)
    case .unsettled(let receipt, let answer?): throw UnsettledStep(.whole(answer), receipt)
    case .unsettled(let receipt, nil):
      let failure = Failure(
        kind: "answerCut", "The answer of \(model.name) is not whole: \(receipt.reason)", retryability: .transient)
      throw UnsettledStep(.missing(failure), receipt)
    }
  }
}

extension CallEnd {
  /// What the end says about the endpoint.
  fileprivate var outcome: CallWindow.Outcome {
    switch self {
    case .answered, .failed: .served
    case .refused(let refusal) where refusal.kind == .later: .limited(retryAfter: refusal.retryAfterSeconds)
    case .refused, .unsettled: .other
    }
  }

  /// The tokens that a call was counted as; `worst` where nobody knows.
  fileprivate func counted(_ worst: Int64) -> Int64 {
    switch self {
    case .answered(_, let tokens), .failed(_, let tokens): tokens.prompt + tokens.output
    case .refused: 0
    case .unsettled: worst
    }
  }
}

/// What identifies a call: the same request to the same model is the same step.
private struct ModelStep: Encodable, Sendable {
  let model: String
  let request: ModelRequest
  /// How a schema is sent; nil if there is none.
  let structure: RequestBody.Structure?

  init(_ model: LanguageModel, _ request: ModelRequest) {
    self.model = model.name
    self.request = request
    structure = if case .schema = request.form { model.quirks.structure } else { nil }
  }
}

extension Failure {
  /// How long a paper waits after a refusal that names no time, and after one that only a person can end, in seconds.
  fileprivate static let usualWait = 30
  static let modelRefusedKind = "modelRefused"
  private static let waitForPerson = 600

  /// A refusal as a stage's failure. What waiting or a person mends counts no attempt.
  fileprivate init(_ refusal: Refusal, _ model: LanguageModel) {
    let message = "\(model.name) refused the request: \(refusal)"
    switch refusal.kind {
    case .later:
      let seconds = refusal.retryAfterSeconds.map { Int(min($0.rounded(.up), CallWindow.longestWait)) }
      self.init(
        kind: "modelBusy", message, retryability: .later(afterSeconds: max(1, seconds ?? Self.usualWait)))
    case .quota:
      self.init(
        kind: "modelQuota", message, advice: "Raise the limit or the credit at the provider.",
        retryability: .later(afterSeconds: Self.waitForPerson))
    case .settings:
      self.init(
        kind: "modelSettings", message, advice: "Mend the model's entry in models.yaml or its key, then replay.")
    case .tooLong: self.init(kind: "promptTooLong", message, advice: "Choose a model with a larger context.")
    case .content: self.init(kind: "contentRefused", message, advice: "Choose another model, or other words.")
    case .invalid:
      self.init(
        kind: Self.modelRefusedKind, message, advice: "Compare the model's `quirks` in models.yaml with its provider.")
    }
  }
}
