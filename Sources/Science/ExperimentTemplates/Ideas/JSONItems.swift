/// The items of a JSON list, or of JSON lines, each as bytes with its position, so that a broken one does not affect
/// the others.
struct JSONItems {
  struct Item {
    let line: Int
    let bytes: ArraySlice<UInt8>
  }

  let items: [Item]
  /// What is wrong with the text around the items, if anything.
  let problem: (line: Int, reason: String)?

  init(list text: ArraySlice<UInt8>, line first: Int) {
    var scan = Scan(text: text, line: first)
    (items, problem) = scan.list()
  }

  init(lines text: ArraySlice<UInt8>) {
    var line = 0
    items = text.split(separator: 0x0A, omittingEmptySubsequences: false).compactMap { bytes in
      line += 1
      return bytes.allSatisfy(Self.isSpace) ? nil : Item(line: line, bytes: bytes)
    }
    problem = nil
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// Finds where items begin and end by brackets and quotes alone.
  private struct Scan {
    let text: ArraySlice<UInt8>
    var position: Int
    var line: Int

    init(text: ArraySlice<UInt8>, line: Int) {
      self.text = text
      self.line = line
      position = text.startIndex
    }

    mutating func list() -> ([Item], (line: Int, reason: String)?) {
      var items: [Item] = []
      skipSpace()
      advance()
      while true {
        skipSpace()
        guard position < text.endIndex else { return (items, (line, "the list does not end: a ] is missing")) }
        if text[position] == UInt8(ascii: "]") {
          advance()
          skipSpace()
          return (items, position < text.endIndex ? (line, "something stands behind the list") : nil)
        }
        if text[position] == UInt8(ascii: ",") {
          advance()
          continue
        }
        let (start, begin) = (position, line)
        skipItem()
        items.append(Item(line: begin, bytes: text[start..<position]))
      }
    }

    private mutating func skipSpace() { while position < text.endIndex, isSpace(text[position]) { advance() } }

    private mutating func advance() {
      if text[position] == 0x0A { line += 1 }
      position += 1
    }

    /// Skips to the comma after the item, or to the end of the list.
    private mutating func skipItem() {
      var depth = 0
      while position < text.endIndex {
        switch text[position] {
        case UInt8(ascii: "\""):
          if skipText() { continue }
          skipToNextObject()
          return
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          depth += 1
          advance()
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          if depth == 0 { return }
          depth -= 1
          advance()
        case UInt8(ascii: ",") where depth == 0: return
        default: advance()
        }
      }
    }

    /// - Returns: false if the string does not end on its line, which JSON does not allow.
    private mutating func skipText() -> Bool {
      advance()
      while position < text.endIndex {
        let byte = text[position]
        if byte == 0x0A { return false }
        advance()
        if byte == UInt8(ascii: "\"") { return true }
        if byte == UInt8(ascii: "\\"), position < text.endIndex { advance() }
      }
      return false
    }

    /// Skips to the next line that begins with a brace: an idea after a broken one may be whole.
    private mutating func skipToNextObject() {
      while position < text.endIndex {
        let isLineEnd = text[position] == 0x0A
        advance()
        guard isLineEnd else { continue }
        skipSpace()
        if position < text.endIndex, text[position] == UInt8(ascii: "{") { return }
      }
    }
  }
}
