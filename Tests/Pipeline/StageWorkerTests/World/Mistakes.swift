import MessageLog
import PaperModel

/// A mistake of the worker, planted at its seams: changes what it publishes and appends on the way.
protocol Mistakes: Sendable {
  /// The messages that really go to the log.
  func published(_ messages: [Message], by life: Life, _ log: SimulatedLog) async -> [Message]
  /// Called when a delivery is finished.
  func finished(_ message: Message, by life: Life, _ log: SimulatedLog) async
  /// The fact that is really written.
  func appended(_ fact: JournalEntry.Fact, by life: Life) -> JournalEntry.Fact
  /// Called before an entry is written.
  func before(_ fact: JournalEntry.Fact, by life: Life) async
  /// Called after an entry was written.
  func after(_ fact: JournalEntry.Fact, by life: Life) async
  /// Called with the log of the world that the mistake is planted in.
  func attach(_ log: SimulatedLog)
  /// Whether an append goes to the journal's end, whatever its number.
  var isUnfenced: Bool { get }
  /// Whether a step whose result can't be kept is charged nothing.
  var forgetsCosts: Bool { get }
}

extension Mistakes {
  func published(_ messages: [Message], by life: Life, _ log: SimulatedLog) async -> [Message] { messages }
  func finished(_ message: Message, by life: Life, _ log: SimulatedLog) async {}
  func appended(_ fact: JournalEntry.Fact, by life: Life) -> JournalEntry.Fact { fact }
  func before(_ fact: JournalEntry.Fact, by life: Life) async {}
  func after(_ fact: JournalEntry.Fact, by life: Life) async {}
  func attach(_ log: SimulatedLog) {}
  var isUnfenced: Bool { false }
  var forgetsCosts: Bool { false }
}

/// No mistake: the unchanged worker.
struct NoMistakes: Mistakes {}
