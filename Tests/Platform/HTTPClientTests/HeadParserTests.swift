import Testing

@testable import HTTPClient

@Suite("The head of an answer") struct HeadParserTests {
  private func outcomes(_ lines: [String], mostBytes: Int = 1000) -> [HeadParser.Outcome] {
    var parser = HeadParser(mostBytes: mostBytes)
    return lines.map { line in Array("\(line)\r\n".utf8).withUnsafeBytes { parser.take($0) } }
  }

  @Test func `status and fields are read, and interim answers and trailers read over`() throws {
    let lines = [
      "HTTP/1.1 103 Early Hints", "Link: </a>", "", "HTTP/1.1 200 OK", "A:  b c \t", "a: d", "Empty:", "", "Trailer: x",
    ]
    let found = outcomes(lines)
    guard case .head(let head) = found[7] else {
      Issue.record("no head: \(found)")
      return
    }
    #expect(found.filter { $0 != .more }.count == 1)
    #expect(head.status == 200 && head.headers.values(of: "A") == ["b c", "d"] && head.headers["EMPTY"] == "")
    #expect(head.headers["link"] == nil)
  }

  @Test func `a malformed head, or one with two lengths, is refused`() {
    for lines in [["HTTP/1.1 abc"], ["HTTP/1.1 20"], ["HTTP/1.1 200", "no colon"], ["HTTP/2 200", ": x"]] {
      guard case .malformed = outcomes(lines).last else {
        Issue.record("\(lines) is taken")
        continue
      }
    }
    let lengths = outcomes(["HTTP/1.1 200 OK", "Content-Length: 5", "content-length: 5", "content-length: 6"])
    #expect(lengths.dropLast().allSatisfy { $0 == .more } && lengths.last == .malformed("it says two lengths"))
  }

  @Test func `all lines together may not be longer than the limit`() {
    let line = "A: " + String(repeating: "x", count: 95)
    #expect(outcomes(["HTTP/1.1 200 OK"] + Array(repeating: line, count: 9)).last == .more)
    #expect(outcomes(["HTTP/1.1 200 OK"] + Array(repeating: line, count: 10)).last == .tooLarge)
  }
}
