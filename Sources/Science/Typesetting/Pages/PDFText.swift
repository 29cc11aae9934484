/// The text of a PDF, page by page.
public struct PDFText: Hashable, Sendable, Codable {
  public var pages: [String]
  /// Whether the PDF had more text than is kept.
  public var isCut: Bool

  public init(pages: [String], isCut: Bool = false) {
    self.pages = pages
    self.isCut = isCut
  }

  /// All pages, an empty line between them.
  public var joined: String { pages.joined(separator: "\n\n") }

  /// Reads the output of `pdftotext`: pages that end with a form feed.
  init(formFed bytes: [UInt8], isCut: Bool) {
    var pages = bytes.split(separator: 0x0c, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    if pages.last?.allSatisfy(\.isWhitespace) == true { pages.removeLast() }
    self.init(pages: pages, isCut: isCut)
  }
}
