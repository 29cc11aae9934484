import Digests
import Log
import MessageLog
import Operations
import PaperModel

/// A dead letter as JSON.
struct DeadLetterDocument: Codable {
  let name: String
  let stream: String?
  let stage: String
  let campaign: String?
  let kind: String?
  let error: String?
  let at: String
  let headers: [String: String]
  let bodyHex: String

  init(_ letter: DeadLetter) {
    name = letter.name
    stream = letter.stream?.description
    stage = letter.stage
    campaign = letter.header(HeaderName.campaign)
    kind = letter.kind
    error = letter.error
    at = Timestamp.text(microseconds: letter.stored.atMicroseconds)
    headers = letter.stored.message.headers
    bodyHex = letter.stored.message.body.lowercaseHex
  }
}

/// Dead letters as text.
enum DeadLetterText {
  static func table(_ letters: [DeadLetter]) -> String {
    guard !letters.isEmpty else { return "There are no dead letters." }
    var table = TextTable([
      .init(title: "NAME"), .init(title: "SINCE (UTC)"), .init(title: "STREAM"), .init(title: "KIND"),
      .init(title: "ERROR"),
    ])
    for letter in letters {
      table.add([
        letter.name, Lines.time(letter.stored.atMicroseconds), letter.stream?.name ?? "-",
        letter.kind ?? "-", letter.error.map(oneLine) ?? "-",
      ])
    }
    return table.text(width: 10_000)
  }

  static func text(_ letter: DeadLetter) -> String {
    var lines = Lines()
    lines.add("\(letter.name), since \(Lines.time(letter.stored.atMicroseconds)) UTC")
    lines.pairs(letter.stored.message.headers.sorted { $0.key < $1.key }.map { ($0.key, shown($0.key, $0.value)) })
    // The body says no more than the headers, unless this version can't read it.
    guard letter.item == nil else { return lines.text }
    let body = letter.stored.message.body
    lines.add("  This version can't read the body, \(body.count) bytes:")
    for line in HexText.lines(body, most: 4096) { lines.add("    \(line)") }
    if body.count > 4096 { lines.add("    … --raw prints all of it") }
    return lines.text
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { $0.drop { $0.isWhitespace } }.joined(separator: " ")
  }

  /// Times and money in readable form.
  private static func shown(_ header: String, _ value: String) -> String {
    guard let number = Int64(value) else { return value }
    switch header {
    case HeaderName.firstFailure, HeaderName.lastFailure: return Timestamp.text(microseconds: number)
    case HeaderName.cost: return "\(Money(nanodollars: number))"
    default: return value
    }
  }
}
