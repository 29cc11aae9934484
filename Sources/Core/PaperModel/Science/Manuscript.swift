/// The figures of a paper.
public struct FigureSet: Codable, Hashable, Sendable {
  public struct Figure: Codable, Hashable, Sendable {
    /// The file's name, e.g. `effect.pdf`.
    public var file: String
    public var blob: BlobReference
    public var caption: String

    public init(file: String, blob: BlobReference, caption: String) {
      self.file = file
      self.blob = blob
      self.caption = caption
    }
  }

  public var figures: [Figure]
  public var code: FileTree
  /// Notes on what each figure shows, Markdown.
  public var notes: String

  public init(figures: [Figure], code: FileTree, notes: String) {
    self.figures = figures
    self.code = code
    self.notes = notes
  }
}

/// A typeset paper.
public struct Manuscript: Codable, Hashable, Sendable {
  public var title: String
  public var pdf: BlobReference
  /// The LaTeX project.
  public var source: FileTree
  /// Where each number in the results comes from.
  public var claims: [NumberClaim]
  /// Findings of the compiler and of the checks of the pages.
  public var layout: LayoutReport

  public init(title: String, pdf: BlobReference, source: FileTree, claims: [NumberClaim], layout: LayoutReport) {
    self.title = title
    self.pdf = pdf
    self.source = source
    self.claims = claims
    self.layout = layout
  }
}

/// A number in a paper and the artifact that it comes from.
public struct NumberClaim: Codable, Hashable, Sendable {
  /// The name that the text refers to, e.g. `baseline.steps_to_99.mean`.
  public var name: String
  /// The number as the paper prints it.
  public var printed: String
  /// The artifacts: file paths within the paper's runs, e.g. `run_1/final_info.json`.
  public var sources: [String]
  /// The derivation, e.g. `mean over seeds of steps_to_99`.
  public var derivation: String

  public init(name: String, printed: String, sources: [String], derivation: String) {
    self.name = name
    self.printed = printed
    self.sources = sources
    self.derivation = derivation
  }
}

/// Findings of the compiler's log and of the checks of the pages.
public struct LayoutReport: Codable, Hashable, Sendable {
  public var pages: Int
  /// References without a target, by key.
  public var undefinedReferences: [String]
  public var overfullBoxes: [OverfullBox]
  /// Fonts that are not embedded.
  public var fontsNotEmbedded: [String]
  /// Words outside the page's text area, each with its page.
  public var outsideMargins: [String]
  /// Other warnings, a line each.
  public var warnings: [String]

  public struct OverfullBox: Codable, Hashable, Sendable {
    /// The excess, in thousandths of a point.
    public var milliPoints: Int
    /// The place, as the log names it.
    public var place: String

    public init(milliPoints: Int, place: String) {
      self.milliPoints = milliPoints
      self.place = place
    }
  }

  public init(
    pages: Int = 0, undefinedReferences: [String] = [], overfullBoxes: [OverfullBox] = [],
    fontsNotEmbedded: [String] = [], outsideMargins: [String] = [], warnings: [String] = []
  ) {
    self.pages = pages
    self.undefinedReferences = undefinedReferences
    self.overfullBoxes = overfullBoxes
    self.fontsNotEmbedded = fontsNotEmbedded
    self.outsideMargins = outsideMargins
    self.warnings = warnings
  }
}
