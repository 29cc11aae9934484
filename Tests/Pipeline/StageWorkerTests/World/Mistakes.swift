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
  /// What a step asks to reserve, of which it may cost `worst`.
  func reserved(_ worst: Money, with surroundings: any Surroundings) async throws -> Money
  /// A step is reserved, and its provider is called next.
  func working(on attempt: StepAttempt) async throws
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
  func reserved(_ worst: Money, with surroundings: any Surroundings) async throws -> Money { worst }
  func working(on attempt: StepAttempt) async throws {}
  var isUnfenced: Bool { false }
  var forgetsCosts: Bool { false }
}

/// No mistake: the unchanged worker.
struct NoMistakes: Mistakes {}
