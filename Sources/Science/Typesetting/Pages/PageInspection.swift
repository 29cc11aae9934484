/// Measurements of a PDF's pages.
public struct PageInspection: Hashable, Sendable, Codable {
  /// The number of pages.
  public var pages: Int
  /// Fonts that are not embedded.
  public var fontsNotEmbedded: [String]
  /// Fonts that are drawings or bitmaps (Type 3), which print badly.
  public var typeThreeFonts: [String]
  /// Words outside the text area, each with its page; empty if no geometry was given.
  public var outsideMargins: [String]
  /// Pages but the last whose text ends in their upper 55 %, by number.
  public var halfEmptyPages: [Int]

  public init(
    pages: Int, fontsNotEmbedded: [String] = [], typeThreeFonts: [String] = [], outsideMargins: [String] = [],
    halfEmptyPages: [Int] = []
  ) {
    self.pages = pages
    self.fontsNotEmbedded = fontsNotEmbedded
    self.typeThreeFonts = typeThreeFonts
    self.outsideMargins = outsideMargins
    self.halfEmptyPages = halfEmptyPages
  }

  init(pages: Int, fonts: [PDFFont], words: [WordBox], geometry: PageGeometry?) {
    self.init(
      pages: pages, fontsNotEmbedded: fonts.filter { !$0.isEmbedded && $0.kind != "Type 3" }.map(\.name),
      typeThreeFonts: fonts.filter { $0.kind == "Type 3" }.map(\.name))
    guard let geometry else { return }
    outsideMargins = words.filter { geometry.isOutside($0) }.prefix(50)
      .map { "page \($0.page): \($0.text.prefix(60))" }
    // The page number below the text does not count as text.
    var ends: [Int: Double] = [:]
    for word in words where word.top < geometry.textBottom { ends[word.page] = max(ends[word.page] ?? 0, word.bottom) }
    let least = geometry.top + 0.55 * (geometry.textBottom - geometry.top)
    halfEmptyPages = pages > 1 ? (1..<pages).filter { (ends[$0] ?? 0) < least } : []
  }
}

extension PageGeometry {
  fileprivate func isOutside(_ word: WordBox) -> Bool {
    word.left < left - tolerance || word.right > right + tolerance || word.top < top - tolerance
      || word.bottom > bottom + tolerance
  }
}
