/// Puts together an answer from the events of its stream.
protocol AnswerStream: Sendable {
  var draft: AnswerDraft { get }

  /// Takes the data of an event.
  mutating func take(_ data: String)
}

extension AnswerStream {
  var answer: ModelAnswer { draft.answer }
  var usage: ReportedUsage { draft.usage }
  var usageError: UsageError? { draft.usageError }
  var progress: AnswerProgress { draft.progress }
  var lastText: String { draft.lastText }
}

extension ChatStream: AnswerStream {}
extension MessagesStream: AnswerStream {}

/// An answer as far as it has come, whatever the protocol.
struct AnswerDraft: Sendable {
  var answer = ModelAnswer()
  private(set) var usage: ReportedUsage
  /// Why the usage that was reported can't be used.
  private(set) var usageError: UsageError?
  private(set) var progress = AnswerProgress.open
  /// The text of the last event.
  private(set) var lastText = ""

  init(_ shape: ReportedUsage.Shape) { usage = ReportedUsage(shape) }

  /// What the event before brought as text is no longer the last.
  mutating func beginEvent() { lastText = "" }

  /// An event's data as JSON; if it is none, the answer has failed.
  mutating func parse(_ data: String) -> JSONValue? {
    let value = JSONValue(parsing: data.utf8)
    if value == nil { fail(ProviderError(kind: "invalidEvent", message: "an event of the answer is not JSON")) }
    return value
  }

  /// The first error counts.
  mutating func fail(_ error: ProviderError) { if case .failed = progress {} else { progress = .failed(error) } }

  /// The answer is whole, unless it has failed.
  mutating func finish() { if progress == .open { progress = .whole } }

  mutating func add(_ text: String) {
    answer.text += text
    lastText += text
  }

  /// Takes a usage object; anything else is passed over.
  /// - Parameter keepsFirst: whether the first object has what the last one lacks, so that both are kept.
  mutating func takeUsage(_ object: JSONValue?, keepsFirst: Bool) {
    guard let object, case .object = object else { return }
    answer.usageObjects = (keepsFirst ? Array(answer.usageObjects.prefix(1)) : []) + [object]
    do throws(UsageError) { try usage.take(object.json) } catch { usageError = error }
  }
}
