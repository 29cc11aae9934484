/// How lines are written.
public enum LogFormat: Sendable, Hashable {
  /// `2026-01-02T03:04:05.678Z INFO  message key=value`, for a terminal.
  case text
  /// One JSON object a line, for a collector.
  case json
}

/// One line before it is written.
struct LogLine {
  /// The longest line in bytes, its end included.
  static let limit = 8192
  /// The longest text of one value, in bytes before escaping.
  static let valueLimit = 2048

  let nanoseconds: Int64
  let level: LogLevel
  let message: String
  let metadata: [(LogKey, LogValue)]

  /// The line with its end. Values too long are cut; values that would make the line too long are left out and marked.
  func bytes(_ format: LogFormat) -> [UInt8] {
    var line = head(format)
    let tail = format == .json ? "}\n" : "\n"
    let mark = format == .json ? ",\"truncated\":true" : " truncated=true"
    let room = Self.limit - tail.utf8.count - mark.utf8.count
    var isWhole = true
    for (key, value) in metadata {
      let field = format == .json ? ",\"\(key.name)\":\(json(value))" : " \(key.name)=\(text(value))"
      if line.utf8.count + field.utf8.count <= room { line += field } else { isWhole = false }
    }
    if !isWhole { line += mark }
    return Array((line + tail).utf8)
  }

  private func head(_ format: LogFormat) -> String {
    let time = timestamp(nanoseconds: nanoseconds)
    switch format {
    case .json: return "{\"time\":\"\(time)\",\"level\":\"\(level.name)\",\"message\":\(quoted(cut(message)))"
    case .text:
      let name = level.name.uppercased()
      let gap = String(repeating: " ", count: max(0, 7 - name.count))
      return "\(time) \(name)\(gap) \(escaped(cut(message)))"
    }
  }

  private func json(_ value: LogValue) -> String {
    switch value {
    case .string(let text): quoted(cut(text))
    case .integer(let number): "\(number)"
    case .number(let number): number.isFinite ? "\(number)" : "\"\(number)\""
    case .bool(let value): "\(value)"
    case .redacted: "\"[redacted]\""
    }
  }

  private func text(_ value: LogValue) -> String {
    switch value {
    case .string(let text):
      text.isEmpty || text.utf8.contains(where: { $0 <= 0x20 || " \"=\\".utf8.contains($0) })
        ? quoted(cut(text)) : escaped(cut(text))
    case .number(let number): "\(number)"
    case .redacted: "[redacted]"
    case .integer, .bool: json(value)
    }
  }

  private func cut(_ text: String) -> String {
    guard text.utf8.count > Self.valueLimit else { return text }
    let kept = String(decoding: text.utf8.prefix(Self.valueLimit), as: UTF8.self)
    return "\(kept)… (\(text.utf8.count) bytes)"
  }
}
