import EmbeddedStore
import FoundationEssentials
import Journal
import MessageLog
import PaperModel
import SQLite
import ServiceTestSupport
import Testing

@Suite("Opening and closing", .timeLimit(.minutes(3)), .serialized)
struct LifecycleTests {
  @Test func `a thousand openings leave no descriptor behind`() async throws {
    // In a process of its own: other tests open files too.
    await #expect(processExitsWith: .success) {
      try await withTemporaryFolder { folder in
        func openAndClose() async throws {
          let store = try await EmbeddedStore(folder: folder)
          let consumer = try await store.consumer("w")
          await consumer.close()
          await store.close()
        }
        for _ in 0..<10 { try await openAndClose() }
        let before = try count(of: "/proc/self/fd")
        for _ in 0..<1_000 { try await openAndClose() }
        let after = try count(of: "/proc/self/fd")
        #expect(after <= before)
      }
    }
  }

  @Test func `work adds no threads`() async throws {
    await #expect(processExitsWith: .success) {
      try await withTemporaryFolder { folder in
        let store = try await EmbeddedStore(folder: folder)
        func work() async throws {
          try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<64 {
              group.addTask {
                let worker = WorkerID("w\(index)")
                try await store.journal.beat(worker)
                try await store.messageLog.publish([message("k\(index)")])
                let consumer = try await store.consumer(worker.name)
                try await consumer.next(of: [design])?.finish()
                await consumer.close()
              }
            }
            try await group.waitForAll()
          }
        }
        try await work()
        let before = try count(of: "/proc/self/task")
        for _ in 0..<20 { try await work() }
        let after = try count(of: "/proc/self/task")
        // The runtime's own pools may still grow by a few; 1,280 consumers have come and gone.
        #expect(after <= before + 8)
        await store.close()
      }
    }
  }

  @Test func `a file from before there were priorities keeps its messages, and has them from then on`() async throws {
    try await withTemporaryFolder { folder in
      let old = try await EmbeddedStore(folder: folder)
      try await old.messageLog.publish([message("a", "old"), message("b", "older than preferred")])
      await old.close()
      do {
        // As the first version created it.
        let connection = try Connection(path: "\(folder)/shoal.sqlite")
        try connection.execute(
          """
          DROP INDEX message_ready;
          ALTER TABLE message DROP COLUMN priority;
          CREATE INDEX message_ready ON message (topic, position) WHERE state = 0;
          DROP TABLE idea;
          DROP TABLE idea_mark;
          PRAGMA user_version = 1;
          """)
      }
      let store = try await EmbeddedStore(folder: folder)
      var preferred = message("c", "preferred")
      preferred.headers[HeaderName.priority] = "1"
      try await store.messageLog.publish([preferred])
      let consumer = try await store.consumer("w")
      var texts: [String] = []
      for _ in 0..<3 {
        let delivery = try #require(try await consumer.next(of: [design]))
        texts.append(String(decoding: delivery.message.body, as: UTF8.self))
      }
      #expect(texts == ["preferred", "old", "older than preferred"])
      await consumer.close()
      await store.close()
    }
  }

  @Test func `written rows are there when the folder is opened again`() async throws {
    try await withTemporaryFolder { folder in
      let clock = ManualClock()
      let stream = try #require(StreamID(.paper, "x"))
      let store = try await EmbeddedStore(folder: "\(folder)/a/b", clock: clock)
      _ = try await store.journal.append(fact(0), to: stream, at: 0)
      try await store.messageLog.publish([message("a", "1"), message("b", "2")])
      try await store.messageLog.setControl("x", to: [1])
      let consumer = try await store.consumer("w")
      try await consumer.next(of: [design])?.retry(afterSeconds: 10, headers: ["n": "2"])
      await consumer.close()
      await store.close()
      await store.close()
      await #expect(throws: JournalError.self) { try await store.journal.entries(of: stream, from: 0) }
      await #expect(throws: MessageLogError.self) { try await store.messageLog.publish([message("a")]) }

      let again = try await EmbeddedStore(folder: "\(folder)/a/b", clock: clock)
      let entries = try await again.journal.entries(of: stream, from: 0)
      #expect(entries.map(\.fact) == [fact(0)])
      #expect(entries.map(\.atMicroseconds) == [clock.nowMicroseconds])
      let words = try await again.messageLog.control()
      #expect(words == ["x": [1]])
      clock.advance(seconds: 10)
      let later = try await again.consumer("w")
      let first = try #require(try await later.next(of: [design]))
      #expect(first.message.headers["n"] == "2")
      await later.close()
      await again.close()
    }
  }

  @Test func `a worker's name is taken once`() async throws {
    try await withTemporaryFolder { folder in
      let store = try await EmbeddedStore(folder: folder)
      let other = try await EmbeddedStore(folder: folder)
      _ = try await store.consumer("one")
      _ = try await store.consumer("one")
      let error = await #expect(throws: MessageLogError.self) { _ = try await other.consumer("one") }
      #expect(error?.message.contains("one") == true)
      try await store.journal.sayGoodbye(WorkerID("one"))
      _ = try await other.consumer("one")
      await store.close()
      await other.close()
    }
  }
}

private func count(of folder: String) throws -> Int {
  try FileManager.default.contentsOfDirectory(atPath: folder).count
}
