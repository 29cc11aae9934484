/// A block between fences of a Markdown text.
public struct FencedBlock: Hashable, Sendable {
  /// What stands behind the opening fence, e.g. `python`.
  public let info: String
  /// The last line with text before the fence; empty if there is none.
  public let heading: String
  /// The lines between the fences, each with its end.
  public let content: String

  /// The blocks of a text in their order. A fence is three or more equal signs ` or ~ at the beginning of a line; it is
  /// closed by one that is at least as long (CommonMark 4.5). A block that is not closed is left out: it was cut off.
  public static func all(in text: String) -> [FencedBlock] {
    var blocks: [FencedBlock] = []
    var heading = ""
    var open: (fence: Substring, info: String, lines: [Substring])?
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let marks = line.drop { $0 == " " }.prefix { $0 == line.drop { $0 == " " }.first }
      let isFence = marks.count >= 3 && (marks.first == "`" || marks.first == "~")
      let rest = line.drop { $0 == " " }.dropFirst(marks.count)
      if let block = open {
        let closes =
          isFence && marks.first == block.fence.first && marks.count >= block.fence.count
          && rest.allSatisfy(\.isWhitespace)
        if closes {
          blocks.append(
            FencedBlock(info: block.info, heading: heading, content: block.lines.map { $0 + "\n" }.joined()))
          (open, heading) = (nil, "")
        } else {
          open?.lines.append(line)
        }
      } else if isFence, !(marks.first == "`" && rest.contains("`")) {
        open = (marks, rest.trimmed, [])
      } else if !line.allSatisfy(\.isWhitespace) {
        heading = line.trimmed
      }
    }
    return blocks
  }
}

extension Substring {
  /// Without white space at its ends.
  var trimmed: String {
    var rest = drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest = rest.dropLast() }
    return String(rest)
  }
}
