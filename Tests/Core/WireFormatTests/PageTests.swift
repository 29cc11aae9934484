import GeneratorTestSupport
import PaperModel
import Testing
import WireFormat

struct PageTests {
  @Test func `each stream finds its own entry in a page, and no other`() throws {
    var random = SeededGenerator(seed: 21)
    for _ in 0..<300 {
      let page = random.page()
      let bytes = WireFormat.encode(page)
      #expect(WireFormat.isPage(bytes))
      for entry in page {
        #expect(try WireFormat.entry(entry.number, of: entry.stream, inPage: bytes) == entry.bytes)
        #expect(try WireFormat.entry(entry.number ^ 1, of: entry.stream, inPage: bytes) == nil)
      }
      let stranger = try #require(StreamID(.paper, "stranger"))
      #expect(try WireFormat.entry(page[0].number, of: stranger, inPage: bytes) == nil)
    }
  }

  @Test func `no entry alone is taken for a page`() {
    var random = SeededGenerator(seed: 22)
    for _ in 0..<2_000 { #expect(!WireFormat.isPage(WireFormat.encode(random.entry()))) }
    for bytes in [[], [8], [8, 1], [16, 1, 162, 6], [8, 128]] as [[UInt8]] { #expect(!WireFormat.isPage(bytes)) }
  }

  @Test func `a page of a newer version, without one, or too large is refused`() throws {
    let stream = try #require(StreamID(.paper, "x"))
    var bytes = WireFormat.encode([PagedEntry(stream, 1, bytes: [1])])
    bytes[1] = 2
    let newer = #expect(throws: WireFormatError.self) { try WireFormat.entry(1, of: stream, inPage: bytes) }
    #expect(newer?.kind == .newer)
    bytes[1] = 0
    let none = #expect(throws: WireFormatError.self) { try WireFormat.entry(1, of: stream, inPage: bytes) }
    #expect(none?.kind == .invalid)
    let large = [UInt8](repeating: 0, count: WireFormat.mostBytesOfPage + 1)
    let refusal = #expect(throws: WireFormatError.self) { try WireFormat.entry(1, of: stream, inPage: large) }
    #expect(refusal?.kind == .invalid)
  }

  @Test func `a changed page is refused or has the entry or has it not`() throws {
    var random = SeededGenerator(seed: 23)
    var (found, missed, refused) = (0, 0, 0)
    for _ in 0..<400 {
      let page = random.page()
      let bytes = WireFormat.encode(page)
      for _ in 0..<50 {
        var changed = bytes
        changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        if random.pick([true, false, false]) { changed.removeLast(Int.random(in: 0..<changed.count, using: &random)) }
        let entry = page[Int.random(in: 0..<page.count, using: &random)]
        do {
          if try WireFormat.entry(entry.number, of: entry.stream, inPage: changed) == nil {
            missed += 1
          } else {
            found += 1
          }
        } catch { refused += 1 }
      }
    }
    #expect(found > 1_000 && missed > 100 && refused > 1_000)
  }
}
