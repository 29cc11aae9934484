/// Puts together an answer from the events of its stream.
protocol AnswerStream: Sendable {
  var answer: ModelAnswer { get }
  var usage: ReportedUsage { get }
  /// Why the usage that was reported can't be used.
  var usageError: UsageError? { get }
  var progress: AnswerProgress { get }
  /// The text of the last event.
  var lastText: String { get }

  /// Takes the data of an event.
  mutating func take(_ data: String)
}

extension ChatStream: AnswerStream {}
extension MessagesStream: AnswerStream {}
