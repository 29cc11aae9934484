import FoundationEssentials
import Glibc
import Journal
import PaperModel

/// A process that works on one more paper of a store: `shoal-bench --one-paper KIND PLACE CAMPAIGN WHAT READY`.
enum OnePaper {
  /// What the process does.
  enum Work: String {
    /// Takes a new campaign from its submission to its paper's end.
    case whole
    /// The same up to a step of the stage `write`; then it says goodbye, makes the file and waits to be killed.
    case begin
    /// Goes on where the one before it was killed.
    case takeOver = "take-over"
  }

  static func run(_ words: [String]) async throws {
    guard let kind = GrowthStore.Kind(rawValue: words[2]), let work = Work(rawValue: words[5]) else {
      throw Children.Problem(description: "--one-paper can't do \(words)")
    }
    let store = try await GrowthStore(kind, words[3])
    let worker = WorkerID("bench-\(words[4])-\(words[5])")
    var world = GrowthWorld(
      log: store.log, journal: store.journal, results: try await GrowthResults(store.blobs), worker: worker)
    switch work {
    case .whole: try await world.work(through: words[4])
    case .begin:
      let journal = store.journal
      let file = words[6]
      world.inWriting = {
        // A worker that says goodbye counts as gone at once: what is measured is the takeover, not the wait for it.
        try await journal.sayGoodbye(worker)
        try "".write(toFile: file, atomically: true, encoding: .utf8)
        try await ContinuousClock().sleep(for: .seconds(60))
      }
      try await world.work(through: words[4])
    case .takeOver: try await world.takeOver(words[4], publishing: !store.hasOwnLog)
    }
    await store.close()
  }
}
