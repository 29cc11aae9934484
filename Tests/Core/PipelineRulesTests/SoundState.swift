import PaperModel
import PipelineRules
import Testing

extension StreamState {
  /// The state after entries that must not contradict each other.
  init(sound stream: StreamID, _ entries: [JournalEntry]) {
    self.init(stream)
    for entry in entries { applySound(entry) }
  }

  /// Takes an entry that must not contradict those before it.
  mutating func applySound(_ entry: JournalEntry) {
    do { try apply(entry) } catch { Issue.record("\(error)") }
  }
}
