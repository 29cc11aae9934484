/// What a LaTeX log says, sorted. Each list holds at most 200 entries, each text at most 300 characters.
public struct LaTeXLog: Hashable, Sendable, Codable {
  /// An error.
  public struct Problem: Hashable, Sendable, Codable {
    /// What is wrong, e.g. `Undefined control sequence.`
    public var message: String
    /// The file; nil where the log does not say.
    public var file: String?
    /// The line; nil where the log does not say.
    public var line: Int?
    /// The line's text up to where TeX stopped; empty where the log does not quote it.
    public var context: String

    /// An error.
    public init(message: String, file: String? = nil, line: Int? = nil, context: String = "") {
      self.message = message
      self.file = file
      self.line = line
      self.context = context
    }
  }

  /// A box that sticks out.
  public struct Overfull: Hashable, Sendable, Codable {
    /// Whether it is too high rather than too wide.
    public var isVertical: Bool
    /// By how much, in thousandths of a point.
    public var milliPoints: Int
    /// Where, e.g. `in paragraph at lines 10--12`.
    public var place: String
  }

  public var errors: [Problem] = []
  /// Keys of references that lead nowhere.
  public var undefinedReferences: [String] = []
  /// Keys of citations that lead nowhere.
  public var undefinedCitations: [String] = []
  /// Labels that are there twice.
  public var duplicateLabels: [String] = []
  /// Files that are not there.
  public var missingFiles: [String] = []
  /// Boxes that stick out.
  public var overfull: [Overfull] = []
  /// Loose boxes of a badness over the limit, as the log says it.
  public var underfull: [String] = []
  /// Warnings about fonts, and characters that a font does not have.
  public var fontWarnings: [String] = []
  /// Other warnings of LaTeX, packages and the engine, with who warns.
  public var warnings: [String] = []
  /// The pictures that were put in.
  public var graphics: [String] = []
  /// Whether another run is asked for.
  public var wantsRerun = false
  /// Whether there was more than the limits hold.
  public var isCut = false

  /// A log that says nothing.
  public init() {}
}
