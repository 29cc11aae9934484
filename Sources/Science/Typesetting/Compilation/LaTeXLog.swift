/// The contents of a LaTeX log, sorted. Each list holds at most 200 entries, each text at most 300 characters.
public struct LaTeXLog: Hashable, Sendable, Codable {
  /// An error that the log reports.
  public struct Problem: Hashable, Sendable, Codable {
    /// The message, e.g. `Undefined control sequence.`
    public var message: String
    /// The file; nil if the log does not say.
    public var file: String?
    /// The line; nil if the log does not say.
    public var line: Int?
    /// The line's text up to where TeX stopped; empty if the log does not quote it.
    public var context: String

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
  /// Keys of references without a target.
  public var undefinedReferences: [String] = []
  /// Keys of citations without an entry.
  public var undefinedCitations: [String] = []
  /// Labels that are defined twice.
  public var duplicateLabels: [String] = []
  /// Files that were not found.
  public var missingFiles: [String] = []
  public var overfull: [Overfull] = []
  /// Loose boxes of a badness over the limit, as the log describes them.
  public var underfull: [String] = []
  /// Warnings about fonts, and characters that a font does not have.
  public var fontWarnings: [String] = []
  /// Other warnings of LaTeX, packages and the engine, each with its sender.
  public var warnings: [String] = []
  /// The pictures that were included.
  public var graphics: [String] = []
  /// Whether the log asks for another run.
  public var wantsRerun = false
  /// Whether the log had more than the limits allow.
  public var isCut = false

  /// An empty log.
  public init() {}
}
