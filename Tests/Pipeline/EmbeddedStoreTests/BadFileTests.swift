import EmbeddedStore
import FoundationEssentials
import Glibc
import Journal
import MessageLog
import PaperModel
import SQLite
import ServiceTestSupport
import Testing

@Suite("Bad files", .timeLimit(.minutes(2)))
struct BadFileTests {
  @Test(arguments: ["text", "cut", "scribbled", "byte"])
  func `a damaged database is named and left as it is`(how: String) async throws {
    try await withTemporaryFolder { folder in
      let path = "\(folder)/shoal.sqlite"
      let file = URL(fileURLWithPath: path)
      let stream = try #require(StreamID(.paper, "x"))
      let store = try await EmbeddedStore(folder: folder)
      for number in 0..<Int64(200) { _ = try await store.journal.append(fact(number), to: stream, at: number) }
      await store.close()
      var bytes = [UInt8](try Data(contentsOf: file))
      switch how {
      case "text": bytes = Array("this is a diary, dear reader ".utf8) + bytes
      case "cut": bytes.removeLast(bytes.count / 2)
      case "byte": bytes = [1]
      default: for index in 4096..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
      }
      try Data(bytes).write(to: file)
      do {
        let damaged = try await EmbeddedStore(folder: folder)
        let error = await #expect(throws: JournalError.self) {
          _ = try await damaged.journal.entries(of: stream, from: 0)
          _ = try await damaged.journal.append(fact(200), to: stream, at: 200)
        }
        #expect(error?.kind == .damaged)
        #expect(error?.message.contains(path) == true)
        await damaged.close()
      } catch let error as EmbeddedStoreError {
        #expect(error.message.contains(path))
      }
      let after = [UInt8](try Data(contentsOf: file))
      #expect(after == bytes)
    }
  }

  @Test func `garbage at the end of the log loses no acknowledged row`() async throws {
    try await withTemporaryFolder { folder in
      let stream = try #require(StreamID(.paper, "x"))
      await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
        let store = try await EmbeddedStore(folder: folder)
        guard let stream = StreamID(.paper, "x") else { return }
        for number in 0..<Int64(50) { _ = try await store.journal.append(fact(number), to: stream, at: number) }
        kill(getpid(), SIGKILL)
      }
      let log = try #require(fopen("\(folder)/shoal.sqlite-wal", "a"))
      let rubbish = (0..<6_000).map { UInt8(truncatingIfNeeded: $0 &* 17) }
      fwrite(rubbish, 1, rubbish.count, log)
      fclose(log)
      let store = try await EmbeddedStore(folder: folder)
      let entries = try await store.journal.entries(of: stream, from: 0)
      #expect(entries.count == 50)
      await store.close()
    }
  }

  @Test func `a database of a newer program is refused and left as it is`() async throws {
    try await withTemporaryFolder { folder in
      let store = try await EmbeddedStore(folder: folder)
      await store.close()
      let connection = try Connection(path: "\(folder)/shoal.sqlite")
      try connection.execute("PRAGMA user_version = 99")
      let error = await #expect(throws: EmbeddedStoreError.self) { _ = try await EmbeddedStore(folder: folder) }
      #expect(error?.message.contains("newer version") == true)
    }
  }

  @Test func `a path that can't be a folder is named`() async throws {
    try await withTemporaryFolder { folder in
      try Data([1]).write(to: URL(fileURLWithPath: "\(folder)/file"))
      for path in ["\(folder)/file", "\(folder)/file/below", ""] {
        let error = await #expect(throws: EmbeddedStoreError.self) { _ = try await EmbeddedStore(folder: path) }
        #expect(error?.message.contains(path) == true)
      }
    }
  }

  @Test(.enabled(if: getuid() == 0, "mounting needs root"))
  func `a full disk and a read-only one are named, and nothing is lost`() async throws {
    try await withTemporaryFolder { folder in
      let isMounted = mount("tmpfs", folder, "tmpfs", 0, "size=1m") == 0
      guard isMounted else { return }
      defer { umount(folder) }
      let stream = try #require(StreamID(.paper, "x"))
      let store = try await EmbeddedStore(folder: folder)
      var appended: Int64 = 0
      let body = [UInt8](repeating: 1, count: 30_000)
      let full = await #expect(throws: MessageLogError.self) {
        while true {
          try await store.messageLog.publish([Message(topic: design, key: "k", body: body)])
          if try await store.journal.append(fact(appended), to: stream, at: appended) { appended += 1 }
        }
      }
      #expect(full?.message.contains("free disk space") == true && full?.isRetriable == true)
      let whole = try await store.journal.entries(of: stream, from: 0)
      #expect(whole.count == Int(appended))
      await store.close()
      try #require(mount("tmpfs", folder, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0)
      let refused = await #expect(throws: EmbeddedStoreError.self) { _ = try await EmbeddedStore(folder: folder) }
      #expect(refused?.message.contains(folder) == true)
    }
  }
}
