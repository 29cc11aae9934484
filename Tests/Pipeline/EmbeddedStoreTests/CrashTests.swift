import EmbeddedStore
import Glibc
import Journal
import MessageLog
import PaperModel
import SQLite
import ServiceTestSupport
import Testing

@Suite("Crashes", .timeLimit(.minutes(3)))
struct CrashTests {
  @Test func `no acknowledged row is missing, however often the process is killed`() async throws {
    try await withTemporaryFolder { folder in
      for round in 1...24 {
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, round = round as Int] in
          try await writeUntilKilled(folder, round)
        }
        try await check(folder, through: round)
      }
      let rows = try await acknowledged(in: folder)
      #expect(rows.count > 100, "the processes were killed before they wrote anything")
    }
  }

  /// Checks that the database is whole, and holds every row in the file of acknowledgements.
  private func check(_ folder: String, through round: Int) async throws {
    let store = try await EmbeddedStore(folder: folder)
    let connection = try Connection(path: "\(folder)/shoal.sqlite")
    try connection.quickCheck()
    var ends: [String: Int] = [:]
    for row in try await acknowledged(in: folder) { ends[row.stream] = max(ends[row.stream] ?? 0, row.number + 1) }
    for (name, end) in ends {
      let stream = try #require(StreamID(name))
      let entries = try await store.journal.entries(of: stream, from: 0)
      #expect(entries.count >= end, "\(stream) ended at \(end) when it was acknowledged")
    }
    let held = try await store.messageLog.browse(design, limit: 100_000)
    let published = Set(held.map { String(decoding: $0.message.body, as: UTF8.self) })
    for (name, end) in ends { for number in 0..<end { #expect(published.contains("\(name) \(number)")) } }
    await store.close()
  }

  private func acknowledged(in folder: String) async throws -> [(stream: String, number: Int)] {
    let file = try #require(fopen("\(folder)/acknowledged", "r"))
    defer { fclose(file) }
    var rows: [(String, Int)] = []
    var line = [CChar](repeating: 0, count: 200)
    while fgets(&line, 200, file) != nil {
      let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
        whereSeparator: \.isWhitespace)
      if words.count == 3, words[2] == ".", let number = Int(words[1]) { rows.append((String(words[0]), number)) }
    }
    return rows
  }
}

/// Publishes and appends in eight streams, records what was acknowledged, and is killed meanwhile.
func writeUntilKilled(_ folder: String, _ round: Int) async throws {
  let file = open("\(folder)/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o644)
  let store = try await EmbeddedStore(folder: folder)
  let last = Int64(3 + 7 * round % 40)
  await withTaskGroup(of: Void.self) { group in
    for index in 0..<8 {
      group.addTask {
        guard let stream = StreamID(.run, "r\(round)-\(index)") else { return }
        for number in Int64(0)... {
          let text = "\(stream) \(number)"
          try? await store.messageLog.publish([message("\(stream)", text)])
          guard (try? await store.journal.append(fact(number), to: stream, at: number)) == true else { return }
          let line = Array("\(text) .\n".utf8)
          _ = write(file, line, line.count)
          if index == 0 && number == last { kill(getpid(), SIGKILL) }
        }
      }
    }
  }
}
