/// A page as a reader sees it: shades of grey, from the upper left corner.
struct PagePicture: Sendable {
  let width: Int
  let height: Int
  /// One byte for each pixel, 0 for black; row by row.
  private let pixels: ArraySlice<UInt8>

  /// Reads a picture in the format PGM, as `pdftoppm -gray` writes it; nil if it is none.
  init?(_ bytes: [UInt8]) {
    let head = bytes.prefix(40).split(maxSplits: 3, omittingEmptySubsequences: false) { $0 == 0x20 || $0 == 0x0a }
    let numbers = head.dropFirst().prefix(2).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    guard head.count == 4, head[0].elementsEqual("P5".utf8), numbers.count == 2, numbers.allSatisfy({ $0 > 0 }),
      numbers.allSatisfy({ $0 <= 20_000 }), head[3].starts(with: "255\n".utf8)
    else { return nil }
    pixels = bytes[(head[3].startIndex + 4)...]
    (width, height) = (numbers[0], numbers[1])
    guard pixels.count == width * height else { return nil }
  }

  /// Whether something can be seen in the box of a word: its shades differ by at least 20 of 255. That is so for text
  /// of every colour on every ground, and for a recognised text over its scanned picture; it is not so for text in the
  /// colour of its ground, text that is not painted, and text under something else.
  func shows(_ word: WordBox) -> Bool {
    // A turned page is measured before it is turned.
    let scale = Double(max(width, height)) / max(word.pageWidth, word.pageHeight)
    let (rows, columns) = (
      Self.pixels(from: word.top + margin(word), to: word.bottom - margin(word), scale, height),
      Self.pixels(from: word.left, to: word.right, scale, width)
    )
    var (darkest, lightest) = (UInt8.max, UInt8.min)
    for row in rows {
      for pixel in pixels[(pixels.startIndex + row * width + columns.lowerBound)...].prefix(columns.count) {
        (darkest, lightest) = (min(darkest, pixel), max(lightest, pixel))
      }
    }
    return darkest < lightest && lightest - darkest >= 20
  }

  /// A box has the height of its font, so lines that are close reach into each other's: letters are looked for in its
  /// middle, and other signs, which may stand at its edge, in all of it.
  private func margin(_ word: WordBox) -> Double {
    word.text.contains { $0.isLetter || $0.isNumber } ? (word.bottom - word.top) / 5 : 0
  }

  private static func pixels(from start: Double, to end: Double, _ scale: Double, _ limit: Int) -> Range<Int> {
    func within(_ value: Double) -> Int { Int(min(max(value * scale, 0), Double(limit))) }
    let first = within(start.rounded(.down))
    return first..<max(first, min(limit, within(end) + 1))
  }
}
