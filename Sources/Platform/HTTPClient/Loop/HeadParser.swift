/// Reads the lines of an answer's head as libcurl hands them over, of interim answers and trailers too.
struct HeadParser {
  enum Outcome: Equatable {
    case more
    case head(IncomingHead)
    case tooLarge
    case malformed(String)
  }

  private let mostBytes: Int
  private var byteCount = 0
  private var head = IncomingHead(status: 0)
  private var isOver = false

  init(mostBytes: Int) { self.mostBytes = mostBytes }

  /// Takes a line with its end.
  mutating func take(_ line: UnsafeRawBufferPointer) -> Outcome {
    byteCount += line.count
    guard byteCount <= mostBytes else { return .tooLarge }
    guard !isOver else { return .more }
    var text = line[...]
    while let last = text.last, last == 10 || last == 13 { text = text.dropLast() }
    if text.isEmpty { return endOfHead() }
    if text.starts(with: "HTTP/".utf8) { return statusLine(text) }
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex else {
      return .malformed("a line of its head has no name")
    }
    let name = String(decoding: text[..<colon], as: UTF8.self)
    let value = String(decoding: Self.withoutBlanks(text[(colon + 1)...]), as: UTF8.self)
    if name.lowercased() == "content-length", let other = head.headers[name], other != value {
      return .malformed("it says two lengths")
    }
    head.headers.add(name, value)
    return .more
  }

  private mutating func endOfHead() -> Outcome {
    guard head.status >= 200 || head.status == 101 else { return .more }
    isOver = true
    return .head(head)
  }

  private mutating func statusLine(_ text: Slice<UnsafeRawBufferPointer>) -> Outcome {
    let words = text.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard words.count >= 2, let status = Int(String(decoding: words[1], as: UTF8.self)), (100...999).contains(status)
    else { return .malformed("its first line has no status") }
    head = IncomingHead(status: status)
    return .more
  }

  private static func withoutBlanks(_ text: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
    var text = text
    while let first = text.first, first == 32 || first == 9 { text = text.dropFirst() }
    while let last = text.last, last == 32 || last == 9 { text = text.dropLast() }
    return text
  }
}
