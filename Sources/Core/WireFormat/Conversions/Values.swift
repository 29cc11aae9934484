import PaperModel

extension StreamID {
  init(read text: String, _ field: StaticString) throws(WireFormatError) {
    guard let stream = StreamID(text) else { throw .invalid(field, "names no stream (“\(text.prefix(140))”)") }
    self = stream
  }

  /// A stream that must be a paper.
  init(readPaper text: String, _ field: StaticString) throws(WireFormatError) {
    try self.init(read: text, field)
    guard kind == .paper else { throw .invalid(field, "is no paper (“\(text)”)") }
  }

  /// A stream that must be a run.
  init(readRun text: String, _ field: StaticString) throws(WireFormatError) {
    try self.init(read: text, field)
    guard kind == .run else { throw .invalid(field, "is no run (“\(text)”)") }
  }
}

extension WireBlobReference {
  init(_ blob: BlobReference) { self.init(digest: blob.digest, size: blob.size) }
}

extension BlobReference {
  init(_ message: WireBlobReference?, _ field: StaticString) throws(WireFormatError) {
    let message = try required(message, field)
    guard let blob = BlobReference(digest: message.digest, size: message.size) else {
      throw .invalid(field, "has a digest that is not 64 lower-case hexadecimal digits, or a negative size")
    }
    self = blob
  }
}

extension WireCharge {
  init(_ charge: Charge) {
    self.init(
      nanodollars: charge.money.written, cpuNanoseconds: charge.cpuNanoseconds, wallNanoseconds: charge.wallNanoseconds,
      usage: charge.usage.map(WireUsage.init))
  }
}

extension Charge {
  init(_ message: WireCharge?, _ field: StaticString) throws(WireFormatError) {
    let message = try required(message, field)
    self.init(
      money: try Money(read: message.nanodollars, "charge.nanodollars"),
      cpuNanoseconds: try message.cpuNanoseconds.notNegative("charge.cpu_nanoseconds"),
      wallNanoseconds: try message.wallNanoseconds.notNegative("charge.wall_nanoseconds"),
      usage: try message.usage.map(Usage.init(read:)))
  }
}

extension WireUsage {
  fileprivate init(_ usage: Usage) { self.init(kind: usage.kind, amount: usage.amount, unit: usage.unit) }
}

extension Usage {
  fileprivate init(read usage: WireUsage) throws(WireFormatError) {
    self.init(
      kind: try notEmpty(usage.kind, "usage.kind"), amount: try usage.amount.notNegative("usage.amount"),
      unit: try notEmpty(usage.unit, "usage.unit"))
  }
}

extension WireReceipt {
  init(_ receipt: Receipt) {
    self.init(
      endpoint: receipt.endpoint, model: receipt.model, requestId: receipt.requestID, answerId: receipt.answerID,
      counted: receipt.counted.map(WireUsage.init), seenBytes: receipt.seenBytes, reason: receipt.reason)
  }
}

extension Receipt {
  init(_ message: WireReceipt?, _ field: StaticString) throws(WireFormatError) {
    let message = try required(message, field)
    self.init(
      endpoint: try notEmpty(message.endpoint, "receipt.endpoint"), model: message.model, reason: message.reason)
    requestID = message.requestId
    answerID = message.answerId
    counted = try message.counted.map(Usage.init(read:))
    seenBytes = try message.seenBytes.notNegative("receipt.seen_bytes")
  }
}

extension WireFailure {
  init(_ failure: Failure) {
    self.init(
      kind: failure.kind, message: failure.message, advice: failure.advice,
      retryability: WireRetryability(failure.retryability), laterSeconds: Int64(failure.laterSeconds))
  }
}

extension Failure {
  /// Zero for failures that are not to be tried later.
  fileprivate var laterSeconds: Int {
    guard case .later(let seconds) = retryability else { return 0 }
    return max(0, seconds)
  }

  init(_ message: WireFailure?, _ field: StaticString) throws(WireFormatError) {
    let message = try required(message, field)
    // A longer text would be cut, and the failure would differ from the one that was written.
    guard message.message.utf8.count <= 1024, message.advice.utf8.count <= 1024 else {
      throw .invalid(field, "has a text of more than 1,024 bytes")
    }
    self.init(
      kind: message.kind, message.message, advice: message.advice,
      retryability: try message.retryability.read("failure.retryability", laterSeconds: message.laterSeconds))
  }
}

extension WireStepID {
  init(_ step: StepID) {
    precondition(!step.name.isEmpty, "A step has no name.")
    precondition(
      BlobReference(digest: step.requestDigest, size: 0) != nil,
      "“\(step.requestDigest)” is no digest of 64 lower-case hexadecimal digits.")
    self.init(
      stage: WireStage(step.stage), visit: UInt32(written: step.visit, from: 1), name: step.name,
      ordinal: UInt32(written: step.ordinal, from: 0), requestDigest: step.requestDigest)
  }
}

extension StepID {
  init(_ message: WireStepID?) throws(WireFormatError) {
    let message = try required(message, "step")
    guard BlobReference(digest: message.requestDigest, size: 0) != nil else {
      throw .invalid("step.request_digest", "is not 64 lower-case hexadecimal digits")
    }
    self.init(
      stage: try message.stage.read("step.stage"), visit: try message.visit.counted("step.visit"),
      name: try notEmpty(message.name, "step.name"), ordinal: Int(message.ordinal),
      requestDigest: message.requestDigest)
  }
}
