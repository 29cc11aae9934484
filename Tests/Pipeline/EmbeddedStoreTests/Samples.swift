import EmbeddedStore
import MessageLog
import PaperModel

let design = Topic.work(.design)

func message(_ key: String, _ text: String = "") -> Message {
  Message(topic: design, key: key, body: Array(text.utf8))
}

func fact(_ number: Int64) -> JournalEntry.Fact {
  .claimed(worker: WorkerID("w"), stage: .design, visit: Int(number) + 1, attempt: 1)
}

extension EmbeddedStore {
  func consumer(_ worker: String) async throws -> any MessageConsumer {
    try await messageLog.consumer(of: [design], worker: WorkerID(worker))
  }
}
