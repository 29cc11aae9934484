public import PaperModel

/// A paper as a PDF, with the findings of the compiler and of the checks of its pages.
public struct CompiledPaper: Hashable, Sendable {
  public var pdf: BlobReference
  /// The LaTeX project that it was compiled from.
  public var source: FileTree
  /// What the compiler's log says.
  public var log: LaTeXLog
  /// The findings of log and pages together.
  public var layout: LayoutReport
  /// The text of its pages.
  public var text: PDFText

  /// This paper as the manuscript that the pipeline keeps.
  public func manuscript(title: String, claims: [NumberClaim]) -> Manuscript {
    Manuscript(title: title, pdf: pdf, source: source, claims: claims, layout: layout)
  }
}

extension LayoutReport {
  /// Combines the findings of the log and of the measured pages.
  init(log: LaTeXLog, pages: PageInspection, notes: [String]) {
    self.init(
      pages: pages.pages, undefinedReferences: log.undefinedReferences + log.undefinedCitations,
      overfullBoxes: log.overfull.map { box in
        OverfullBox(milliPoints: box.milliPoints, place: (box.isVertical ? "vertically " : "") + box.place)
      }, fontsNotEmbedded: pages.fontsNotEmbedded, outsideMargins: pages.outsideMargins)
    warnings += log.duplicateLabels.map { "The label \($0) is there twice." }
    warnings += log.missingFiles.map { "The file \($0) is missing." }
    warnings += log.fontWarnings.map { "Font: \($0)" } + log.warnings + log.underfull
    warnings += pages.typeThreeFonts.map { "The font \($0) is Type 3, drawn or a bitmap." }
    warnings += pages.halfEmptyPages.map { "Page \($0) is half empty." }
    if log.wantsRerun { warnings.append("LaTeX asks for another run; references may be wrong.") }
    if log.isCut { warnings.append("The log is longer than what was read of it.") }
    warnings += notes
  }
}
