/// The declarations in the source of an experiment: its settings and its metrics.
public struct ScriptReading: Codable, Hashable, Sendable {
  /// Where Python's parser failed.
  public struct SyntaxProblem: Codable, Hashable, Sendable {
    /// The line, from 1; 0 if Python gives none.
    public let line: Int
    public let message: String

    public var sentence: String {
      line > 0
        ? "Line \(line) of experiment.py is not Python: \(message)." : "experiment.py is not Python: \(message)."
    }
  }

  /// A literal in the source that a study may change.
  public struct Setting: Codable, Hashable, Sendable {
    /// The type of a setting's value.
    public enum Kind: String, Codable, Sendable {
      case boolean, integer, number, text, sequence
    }

    /// The part of the source that holds a setting.
    public enum Place: String, Codable, Sendable {
      /// At the top level of the source.
      case module
      /// In the dictionary `full_scale`, whose values hold at full scale.
      case fullScale
      /// The default of a command line argument.
      case argument
      /// Within a function or a call.
      case inner
    }

    /// The name in the source.
    public let name: String
    public let kind: Kind
    /// The value as it is written.
    public let value: String
    public let place: Place
    /// The line of the value, from 1.
    public let line: Int
    /// The first byte of the value in its line, from 0.
    public let column: Int
    /// The last line of the value, from 1.
    public let endLine: Int
    /// The end of the value in its last line, in bytes from 0.
    public let endColumn: Int
    /// The comment behind it, or the argument's help; may be empty.
    public let words: String
    /// The strings that it may have, if the source lists them.
    public let choices: [String]
  }

  /// A metric that the source declares.
  public struct Metric: Codable, Hashable, Sendable {
    /// Whether higher or lower values are better.
    public enum Direction: String, Codable, Sendable {
      case lower, higher
    }

    /// The name in `final_info.json`.
    public let name: String
    /// Its description; may be empty.
    public let words: String
    /// Whether higher or lower is better; nil if the source does not say.
    public let better: Direction?
    /// The unit; may be empty.
    public let unit: String

    public init(name: String, words: String, better: Direction?, unit: String) {
      self.name = name
      self.words = words
      self.better = better
      self.unit = unit
    }
  }

  /// The syntax error of the source, if any.
  public let syntaxError: SyntaxProblem?
  /// The settings, including those of `full_scale`.
  public let settings: [Setting]
  /// The declared metrics, the primary first; may be empty.
  public let metrics: [Metric]
  /// Which of `--out_dir` and `--scale` the source mentions.
  public let mentions: [String]
  /// Why a variant could not be made; nil if none was requested or all were made.
  public let problem: String?
  /// Problems of the entries of `metrics`, a phrase each; nil in a reading by an earlier version.
  public let metricProblems: [String]?
  /// Why settings were skipped, a phrase each; nil in a reading by an earlier version.
  public let settingProblems: [String]?
  /// Imported modules that the Python environment lacks; empty unless the reading asked for them.
  public let missingModules: [String]?

  /// The settings that hold at a scale: at full scale those in `full_scale` replace those of the same name.
  public func settings(atFullScale full: Bool) -> [Setting] {
    let overrides = settings.filter { $0.place == .fullScale }
    return settings.filter { $0.place != .fullScale }.map { setting in
      guard full, let other = overrides.first(where: { $0.name == setting.name }) else { return setting }
      return Setting(
        name: setting.name, kind: other.kind, value: other.value, place: other.place, line: other.line,
        column: other.column, endLine: other.endLine, endColumn: other.endColumn, words: setting.words,
        choices: setting.choices)
    }
  }
}
