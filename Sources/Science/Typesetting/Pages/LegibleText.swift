/// The part of a PDF's text that a reader can see.
public struct LegibleText: Hashable, Sendable {
  /// The words of each page, in the order of the file.
  public let text: PDFText
  /// Words that are under three points high, or off the page.
  public let hiddenWords: Int

  init(_ words: [WordBox]) {
    let seen = words.filter(\.isLegible)
    let pages = Dictionary(grouping: seen, by: \.page)
    text = PDFText(
      pages: (0..<(words.map(\.page).max() ?? 0)).map { page in
        (pages[page + 1] ?? []).map(\.text).joined(separator: " ")
      })
    hiddenWords = words.count - seen.count
  }
}
