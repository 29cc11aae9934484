import Log
import PaperModel

/// Text line by line, in sections with headings.
struct Lines {
  private(set) var lines: [String] = []

  var text: String { lines.joined(separator: "\n") }

  mutating func add(_ line: String) { lines.append(line) }

  mutating func heading(_ title: String) {
    if !lines.isEmpty { lines.append("") }
    lines.append(title)
  }

  /// Adds names and values; the names of a section are padded to the widest.
  mutating func pairs(_ pairs: [(String, String?)]) {
    let there = pairs.compactMap { name, value in value.map { (name, $0) } }
    let width = there.map { $0.0.count }.max() ?? 0
    for (name, value) in there { add("  \(Self.padded(name, width))  \(value)") }
  }

  mutating func table(_ table: TextTable, width: Int = 10_000) {
    for line in table.text(width: width - 2).split(separator: "\n") { add("  \(line)") }
  }

  /// Adds a sentence, broken between words so that no line is wider than `width`; a longer word is left whole.
  mutating func wrapped(_ text: String, width: Int) {
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.count + 1 + word.count > width {
        add(line)
        line = String(word)
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    add(line)
  }

  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// A time in readable form: UTC to the second.
  static func time(_ microseconds: Int64) -> String {
    let text = Timestamp.text(microseconds: microseconds)
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
  }

  /// A number with at most six significant digits.
  static func number(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    var scale = 1.0
    var magnitude = abs(value)
    while magnitude < 100_000, scale < 1e12 {
      magnitude *= 10
      scale *= 10
    }
    return "\((value * scale).rounded() / scale)"
  }
}
