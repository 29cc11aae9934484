import GeneratorTestSupport
import PaperModel
import Testing

@Suite struct NamesTests {
  private static let letters = Array("abz019-./AZ_~ \u{e9}\u{0}\n\u{7f}")

  private static func text(_ random: inout SeededGenerator, atMost length: Int) -> String {
    String((0..<random.below(length + 1)).map { _ in letters[random.below(letters.count)] })
  }

  @Test func `a stream's name is a narrow file name, and its written form is read again`() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<100_000 {
      let text = Self.text(&random, atMost: 6)
      guard let stream = StreamID(.paper, text) else { continue }
      let isNarrow = text.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-.".utf8.contains($0) }
      let holds = isNarrow && !text.hasPrefix(".") && !text.hasPrefix("-") && StreamID(stream.description) == stream
      if !holds { Issue.record("“\(text)”") }
    }
  }

  @Test(arguments: ["", "paper", "paper/", "/x", "book/x", "paper/.x", "paper/-x", "paper/a/b", "paper/A", "paper/é"])
  func `other texts are not stream names`(_ text: String) {
    #expect(StreamID(text) == nil)
  }

  @Test func `a name has at most 120 bytes`() {
    #expect(StreamID(.run, String(repeating: "a", count: 120)) != nil)
    #expect(StreamID(.run, String(repeating: "a", count: 121)) == nil)
  }

  @Test func `a run is named after its paper, its visit and its place in it`() {
    #expect(StreamID(.campaign, "c")!.paper(2).run(visit: 3, ordinal: 0).description == "run/c.2.v3r0")
  }

  @Test func `no path of a tree leads out of it`() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<100_000 {
      let path = Self.text(&random, atMost: 8)
      guard FileTree.isPath(path) else { continue }
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      let holds =
        !parts.contains("") && !parts.contains(".") && !parts.contains("..") && !path.hasPrefix("/")
        && path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
      if !holds { Issue.record("“\(path)”") }
    }
  }

  @Test(arguments: ["a", "a/b.txt", "...", "a b", "é", ".hidden"])
  func `ordinary paths are allowed in a tree`(_ path: String) { #expect(FileTree.isPath(path)) }

  @Test(arguments: [
    "", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a\u{0}b", "a\nb", String(repeating: "a", count: 256),
  ])
  func `paths that leave the tree are refused`(_ path: String) { #expect(!FileTree.isPath(path)) }

  @Test func `a failure's texts are cut at 1,024 bytes, between characters`() {
    let failure = Failure(kind: "k", String(repeating: "é", count: 2_000))
    #expect(failure.message.utf8.count <= 1_024)
    #expect(failure.message.hasSuffix("é…"))
  }

  @Test func `a failure is sentences, whatever its message ends with`() {
    #expect(Failure(kind: "k", "ValueError: bad", advice: "Mend it.").description == "ValueError: bad. Mend it.")
    #expect(Failure(kind: "k", "It is bad.", advice: "Mend it.").description == "It is bad. Mend it.")
    #expect(Failure(kind: "k", "ValueError: bad").description == "ValueError: bad")
  }
}
