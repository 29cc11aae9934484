import EmbeddedStore
import PaperModel
import ServiceTestSupport
import Testing

@Suite("Projections")
struct ProjectionTests {
  @Test func `the outbox has the entries of all streams in the order of their commits`() async throws {
    try await withTemporaryFolder { folder in
      let store = try await EmbeddedStore(folder: folder)
      let streams = try (0..<3).map { try #require(StreamID(.run, "r\($0)")) }
      for number in 0..<Int64(4) {
        for stream in streams { _ = try await store.journal.append(fact(number), to: stream, at: number) }
      }
      var position: Int64 = 0
      var seen: [String] = []
      while true {
        let page = try await store.entries(after: position, limit: 5)
        guard let last = page.last else { break }
        #expect(page.count <= 5)
        #expect(page.map(\.position) == page.map(\.position).sorted())
        seen += page.map { "\($0.stream) \($0.entry.number)" }
        position = last.position
      }
      #expect(seen == (0..<4).flatMap { number in streams.map { "\($0) \(number)" } })
      await store.close()
    }
  }

  @Test func `a projection is saved whole, and never put back`() async throws {
    try await withTemporaryFolder { folder in
      let store = try await EmbeddedStore(folder: folder)
      #expect(try await store.projectedPosition("costs") == 0)
      #expect(try await store.projectedRows("costs", keys: ["a"]).isEmpty)
      let isFirstSaved = try await store.saveProjection("costs", position: 5, rows: ["a": [1], "b": [2]])
      let isSecondSaved = try await store.saveProjection("costs", position: 9, rows: ["a": nil, "c": []])
      let isLateSaved = try await store.saveProjection("costs", position: 9, rows: ["b": [7]])
      #expect(isFirstSaved && isSecondSaved && !isLateSaved)
      #expect(try await store.projectedPosition("costs") == 9)
      #expect(try await store.projectedRows("costs", keys: ["a", "b", "c"]) == ["b": [2], "c": []])
      let page = try await store.projectedRows("costs", after: "a", before: "c", limit: 10)
      #expect(page.map(\.key) == ["b"] && page.map(\.bytes) == [[2]])
      #expect(try await store.projectedRows("costs", after: "", before: "z", limit: 1).map(\.key) == ["b"])
      #expect(try await store.projectedRows("other", after: "", before: "z", limit: 9).isEmpty)
      await store.close()
    }
  }
}
