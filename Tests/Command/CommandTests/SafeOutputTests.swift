import Glibc
import ServiceTestSupport
import Testing

@testable import shoal

@Suite struct SafeOutputTests {
  static let unsafe = [
    "\u{1b}[31m", "\u{7}", "\r", "\u{85}", "\u{9b}2J", "\u{202e}", "\u{2066}", "\u{200f}", "\u{61c}", "\u{2028}",
    "\u{feff}", "\u{e0041}", "\u{7f}",
  ]

  @Test(arguments: unsafe) func `characters that act on a terminal are replaced`(_ text: String) {
    let shown = SafeText.shown("a\(text)b")
    #expect(shown.unicodeScalars.contains("\u{fffd}") && !shown.contains(text))
  }

  @Test func `text of any script, line breaks, tabs and joiners stay`() {
    let text = "é漢א🇩🇪👩‍💻\n\tक्‍ष"
    #expect(SafeText.shown(text) == text)
  }

  @Test(arguments: unsafe) func `a JSON document keeps every character, as an escape`(_ text: String) throws {
    struct Document: Codable { let text: String }
    for json in [try Report.json(Document(text: text)), try Report.line(Document(text: text))] {
      #expect(SafeText.shown(json) == json)
      let run = CommandRun(code: 0, output: json, errors: "")
      #expect(try run.json(Document.self).text == text)
    }
  }

  @Test(arguments: [["template", "list"], ["template", "list", "--json"], ["--help"], ["--version"]])
  func `output that is lost is an error with a reason`(_ words: [String]) async throws {
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    try #require(full >= 0)
    defer { close(full) }
    try await withTemporaryFolder { folder in
      let path = folder + "/errors"
      let errors = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      let code = await Shoal.run(words, Terminal(output: full, errors: errors))
      close(errors)
      #expect(code == ExitCode.failure)
      let text = String(decoding: try FileInput.read(path, limit: 10_000), as: UTF8.self)
      #expect(
        text == "shoal: Standard output is incomplete: No space left on device. Make room, or write it elsewhere.\n")
    }
  }

  @Test func `a reader that ends early is no error to speak of`() async throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    try await withTemporaryFolder { folder in
      let path = folder + "/errors"
      let errors = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      let code = await Shoal.run(["template", "list"], Terminal(output: ends[1], errors: errors))
      close(errors)
      #expect(code == ExitCode.closedPipe)
      let text = try FileInput.read(path, limit: 10_000)
      #expect(text.isEmpty)
    }
  }

  @Test func `the longest possible file name is written, a longer one is an error of its own`() async throws {
    try await withTemporaryFolder { folder in
      let name = String(repeating: "n", count: 250) + ".png"
      try FileOutput.replace("\(folder)/\(name)", with: [1, 2])
      let bytes = try FileInput.read("\(folder)/\(name)", limit: 10)
      #expect(bytes == [1, 2])
      #expect(throws: FileOutput.NameTooLong.self) { try FileOutput.replace("\(folder)/nn\(name)", with: [1]) }
      let error = #expect(throws: FileOutput.NameTooLong.self) { try NewFolder("\(folder)/nn\(name)") }
      #expect(error?.description.contains("is longer than its file system allows") == true)
    }
  }
}
