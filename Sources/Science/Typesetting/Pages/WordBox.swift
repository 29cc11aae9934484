/// A word on a page and its box, in PDF points from the upper left corner.
struct WordBox: Hashable, Sendable {
  /// The page, from 1.
  var page: Int
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double
  var text: String
  /// The size of its page.
  var pageWidth = Double.infinity
  var pageHeight = Double.infinity

  /// Whether a reader can see the word: it is on the page, and at least three points high.
  var isLegible: Bool {
    bottom - top >= 3 && right > 0 && bottom > 0 && left < pageWidth && top < pageHeight
  }
}

extension WordBox {
  /// The boxes in the output of `pdftotext -bbox`, at most a million.
  static func parse(_ bytes: [UInt8]) -> [WordBox] {
    var boxes: [WordBox] = []
    var page = 0
    var (width, height) = (Double.infinity, Double.infinity)
    for line in bytes.split(separator: 0x0a) where line.count <= 4096 {
      let text = String(decoding: line, as: UTF8.self)
      let trimmed = text.drop { $0.isWhitespace }
      if trimmed.hasPrefix("<page ") {
        page += 1
        width = attribute("width", of: trimmed) ?? .infinity
        height = attribute("height", of: trimmed) ?? .infinity
      }
      guard trimmed.hasPrefix("<word "), boxes.count < 1_000_000, var box = WordBox(line: trimmed, page: page) else {
        continue
      }
      (box.pageWidth, box.pageHeight) = (width, height)
      boxes.append(box)
    }
    return boxes
  }

  private static func attribute(_ name: String, of line: Substring) -> Double? {
    guard let start = line.firstRange(of: "\(name)=\"")?.upperBound else { return nil }
    return Double(line[start...].prefix { $0 != "\"" })
  }

  private init?(line: Substring, page: Int) {
    func attribute(_ name: String) -> Double? { Self.attribute(name, of: line) }
    guard let left = attribute("xMin"), let top = attribute("yMin"), let right = attribute("xMax"),
      let bottom = attribute("yMax"), let start = line.firstIndex(of: ">")
    else { return nil }
    let text = String(line[line.index(after: start)...].prefix { $0 != "<" })
    self.init(
      page: page, left: left, top: top, right: right, bottom: bottom,
      text: text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
        .replacing("&apos;", with: "'").replacing("&amp;", with: "&"))
  }
}
