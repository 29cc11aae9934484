import Journal
import PaperModel
import Testing

struct RecentEntriesTests {
  private func entry(_ number: Int64) -> JournalEntry {
    JournalEntry(number: number, atMicroseconds: number, fact: .waiting(stage: .design, visit: 1))
  }

  @Test func `only entries without a gap are kept`() throws {
    let recent = RecentEntries()
    let stream = try #require(StreamID(.paper, "x"))
    recent.add([entry(3)], of: stream)
    #expect(recent.known(of: stream).isEmpty)
    recent.add((0..<3).map(entry), of: stream)
    recent.add([entry(1), entry(2), entry(3), entry(5)], of: stream)
    #expect(recent.known(of: stream) == (0..<4).map(entry))
  }

  @Test func `the least recently used entries are evicted first, and a long list counts for more`() throws {
    let recent = RecentEntries(limit: 40)
    let streams = try (0..<4).map { try #require(StreamID(.paper, "s\($0)")) }
    for stream in streams { recent.add((0..<10).map(entry), of: stream) }
    #expect(streams.allSatisfy { recent.known(of: $0).count == 10 })
    _ = recent.known(of: streams[0])
    recent.add([entry(10)], of: streams[3])
    #expect(streams.map { recent.known(of: $0).count } == [10, 0, 0, 11])

    let items = Array(repeating: WorkItem(stream: streams[0], stage: .write, opening: opening), count: 50)
    let large = JournalEntry(
      number: 11, atMicroseconds: 0, fact: .stageFinished(stage: .design, visit: 1, result: blob, next: items))
    recent.add([large], of: streams[3])
    #expect(streams.allSatisfy { recent.known(of: $0).isEmpty })
  }

  private let blob = BlobReference(digest: String(repeating: "0", count: 64), size: 1)!

  private var opening: Opening { Opening(campaign: "c", title: "t", cap: .zero, definition: blob) }
}
