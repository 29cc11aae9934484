import PaperModel

extension ModelCaller {
  /// How long a call waits for its answer with its slot, in seconds: programs answer within it.
  private static let patience = 20
  /// The shortest and the longest time after which a paper asks again, in seconds. Between them it is a fifth of the
  /// letter's age, so that a letter that waits for days adds little to the journal.
  private static let waits = 10...600

  /// Puts a request into the model's mailbox, unless it is there, and waits for the answer.
  /// - Throws: `FailedStep` that is to be tried later, while there is no answer or none that can be read.
  func mailed(
    _ request: ModelRequest, to model: LanguageModel, _ prices: ModelPrices, for attempt: StepAttempt,
    _ images: [String: [UInt8]]
  ) async throws -> Settled<ModelAnswer> {
    let mailbox = Mailbox(folder: model.endpoint)
    // The same step finds its letter again, whatever became of its worker.
    let letter = "\(attempt.stream.name).\(attempt.step)"
    let text: String?
    do {
      try mailbox.post(request, as: letter, images: images)
      text = try await answer(to: letter, in: mailbox)
    } catch let error as MailboxError {
      throw Self.later("\(error).", Self.waits.lowerBound)
    }
    guard let text else {
      let age = (try? mailbox.age(of: letter, at: clock.nowMicroseconds)) ?? 0
      let wait = min(max(age / 5, Self.waits.lowerBound), Self.waits.upperBound)
      throw Self.later("\(model.endpoint)/\(letter) waits for its answer.", wait)
    }
    var answer = ModelAnswer()
    answer.text = text
    answer.model = model.model
    // Nobody counts the tokens of a person: the bounds are what is charged, if the model has prices.
    var tokens = TokenUsage()
    tokens.input = request.promptBound(model.bound)
    tokens.output = model.bound.tokens(of: text)
    return Settled(answer, charge: Charge(money: prices.cost(of: tokens), usage: tokens.kinds))
  }

  private static func later(_ message: String, _ seconds: Int) -> FailedStep {
    FailedStep(Failure(kind: "mailbox", message, retryability: .later(afterSeconds: seconds)), charge: .none)
  }

  private func answer(to letter: String, in mailbox: Mailbox) async throws -> String? {
    for _ in 0..<Self.patience {
      if let text = try mailbox.answer(to: letter) { return text }
      try await clock.wait(untilMicroseconds: clock.microseconds(after: 1))
    }
    return try mailbox.answer(to: letter)
  }
}
