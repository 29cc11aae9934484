import EmbeddedStore
import Glibc
import Journal
import MessageLog
import PaperModel
import ServiceTestSupport
import Testing

@Suite("Processes that die or freeze", .timeLimit(.minutes(2)))
struct ProcessDeathTests {
  @Test func `a killed process's deliveries go to the waiting consumer at once`() async throws {
    try await withTemporaryFolder { folder in
      let store = try await EmbeddedStore(folder: folder)
      try await store.messageLog.publish([message("a", "held by the dead")])
      let consumer = try await store.consumer("survivor")
      await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
        let store = try await EmbeddedStore(folder: folder)
        let worker = WorkerID("victim")
        try await store.journal.beat(worker)
        _ = try await store.messageLog.consumer(of: [design], worker: worker).next(of: [design])
        guard try await store.journal.liveness(of: worker) == .alive else { return }
        kill(getpid(), SIGKILL)
      }
      #expect(try await store.journal.liveness(of: WorkerID("victim")) == .gone)
      let delivery = try #require(try await consumer.next(of: [design]))
      #expect(delivery.message.body == Array("held by the dead".utf8))
      #expect(delivery.count == 2)
      await consumer.close()
      await store.close()
    }
  }

  @Test func `a killed process's deliveries are ready as soon as the folder is opened`() async throws {
    try await withTemporaryFolder { folder in
      await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
        let store = try await EmbeddedStore(folder: folder)
        try await store.messageLog.publish([message("a"), message("b"), message("a")])
        let consumer = try await store.messageLog.consumer(of: [design], worker: WorkerID("victim"))
        for _ in 0..<2 { _ = try await consumer.next(of: [design]) }
        kill(getpid(), SIGKILL)
      }
      // Neither a pulse nor a probe helps here.
      var pace = EmbeddedStore.Pace()
      pace.probeEvery = .seconds(3600)
      pace.pulseEvery = .seconds(3600)
      let store = try await EmbeddedStore(folder: folder, pace: pace)
      let consumer = try await store.consumer("next")
      for _ in 0..<3 { try await consumer.next(of: [design])?.finish() }
      let left = try await store.messageLog.browse(design, limit: 9)
      #expect(left.isEmpty)
      await store.close()
    }
  }

  @Test func `a frozen process loses its delivery, and its late end has no effect`() async throws {
    try await withTemporaryFolder { folder in
      var pace = EmbeddedStore.Pace()
      pace.pulseEvery = .milliseconds(50)
      pace.pulseStaleAfter = .milliseconds(600)
      pace.probeEvery = .milliseconds(50)
      let store = try await EmbeddedStore(folder: folder, pace: pace)
      try await store.messageLog.publish([message("a", "first")])
      let consumer = try await store.consumer("survivor")
      async let thawed: Void = {
        await #expect(processExitsWith: .success) { [folder = folder as String] in
          var pace = EmbeddedStore.Pace()
          pace.pulseEvery = .milliseconds(50)
          let store = try await EmbeddedStore(folder: folder, pace: pace)
          let consumer = try await store.messageLog.consumer(of: [design], worker: WorkerID("frozen"))
          let delivery = try await consumer.next(of: [design])
          try await store.messageLog.setControl("frozen", to: Array(String(getpid()).utf8))
          raise(SIGSTOP)
          try await delivery?.finish()
          await consumer.close()
          await store.close()
        }
      }()
      let frozen = try await frozenProcess(store)
      let delivery = try #require(try await consumer.next(of: [design]))
      #expect(delivery.message.body == Array("first".utf8))
      kill(frozen, SIGCONT)
      await thawed
      let held = try await store.messageLog.browse(design, limit: 9)
      #expect(held.count == 1)
      try await delivery.finish()
      await store.close()
    }
  }

  /// A process that sets a control flag right before it is stopped.
  private func frozenProcess(_ store: EmbeddedStore) async throws -> pid_t {
    while true {
      let word = try await store.messageLog.control()["frozen"]
      if let word, let process = pid_t(String(decoding: word, as: UTF8.self)) { return process }
      await Task.yield()
    }
  }
}
