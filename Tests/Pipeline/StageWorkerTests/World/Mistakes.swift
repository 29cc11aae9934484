import MessageLog
import PaperModel

/// A mistake of the worker, planted at its seams: what it publishes and appends is changed on the way.
protocol Mistakes: Sendable {
  /// What goes to the log of what was published.
  func published(_ messages: [Message], by life: Life, _ log: SimulatedLog) async -> [Message]
  /// A delivery is done with.
  func finished(_ message: Message, by life: Life, _ log: SimulatedLog) async
  /// What is written in the place of an entry.
  func appended(_ fact: JournalEntry.Fact, by life: Life) -> JournalEntry.Fact
  /// Before an entry is written.
  func before(_ fact: JournalEntry.Fact, by life: Life) async
  /// After an entry was written.
  func after(_ fact: JournalEntry.Fact, by life: Life) async
  /// The log of the world that it is planted in.
  func attach(_ log: SimulatedLog)
  /// Whether an append goes to the journal's end, whatever its number.
  var isUnfenced: Bool { get }
  /// What a step asks to reserve, of which it may cost `worst`.
  func reserved(_ worst: Money, with surroundings: any Surroundings) async throws -> Money
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
  var isUnfenced: Bool { false }
  var forgetsCosts: Bool { false }
}

/// None: the worker as it is.
struct NoMistakes: Mistakes {}
