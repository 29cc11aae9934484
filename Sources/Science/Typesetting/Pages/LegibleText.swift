/// The part of a PDF's text that a reader can see.
public struct LegibleText: Hashable, Sendable {
  /// The words of each page, in the order of the file.
  public let text: PDFText
  /// Words that are under three points high, off the page, in the colour of their ground, or in the same place as
  /// others.
  public let hiddenWords: Int

  /// - Parameter pictures: the pages that were painted, by their number from 1.
  init(_ words: [WordBox], on pictures: [Int: PagePicture]) {
    let painted = words.filter { $0.isLegible && pictures[$0.page]?.shows($0) == true }
    let doubled = SharedPlaces.words(of: painted)
    let seen = painted.indices.filter { !doubled.contains($0) }.map { painted[$0] }
    let pages = Dictionary(grouping: seen, by: \.page)
    text = PDFText(
      pages: (0..<(words.map(\.page).max() ?? 0)).map { page in
        (pages[page + 1] ?? []).map(\.text).joined(separator: " ")
      })
    hiddenWords = words.count - seen.count
  }
}
