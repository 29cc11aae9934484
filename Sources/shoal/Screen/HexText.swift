/// Bytes in readable form: sixteen a line, as hexadecimal digits and as text.
enum HexText {
  static func lines(_ bytes: [UInt8], most: Int) -> [String] {
    var lines: [String] = []
    for start in stride(from: 0, to: min(bytes.count, most), by: 16) {
      let row = bytes[start..<min(start + 16, bytes.count)]
      let digits = row.map { padded(String($0, radix: 16), 2) }.joined(separator: " ")
      let text = String(decoding: row.map { (0x20..<0x7f).contains($0) ? $0 : 0x2e }, as: UTF8.self)
      lines.append("\(padded(String(start, radix: 16), 6))  \(Lines.padded(digits, 47))  \(text)")
    }
    return lines
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
