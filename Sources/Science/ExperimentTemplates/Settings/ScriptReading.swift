/// What the source of an experiment declares: its settings and what it measures.
public struct ScriptReading: Codable, Hashable, Sendable {
  /// Where Python's parser gave up.
  public struct SyntaxProblem: Codable, Hashable, Sendable {
    /// The line, from 1; 0 where Python names none.
    public let line: Int
    /// Python's message.
    public let message: String

    public var sentence: String {
      line > 0
        ? "Line \(line) of experiment.py is not Python: \(message)." : "experiment.py is not Python: \(message)."
    }
  }

  /// A literal in the source that a study may change.
  public struct Setting: Codable, Hashable, Sendable {
    /// What kind of value it has.
    public enum Kind: String, Codable, Sendable {
      case boolean, integer, number, text, sequence
    }

    /// Where it stands.
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
    /// What kind of value it has.
    public let kind: Kind
    /// The value as it is written.
    public let value: String
    /// Where it stands.
    public let place: Place
    /// The line of the value, from 1.
    public let line: Int
    /// Where the value begins in its line, in bytes from 0.
    public let column: Int
    /// The line in which the value ends, from 1.
    public let endLine: Int
    /// Where the value ends in its line, in bytes from 0.
    public let endColumn: Int
    /// The comment behind it, or the argument's help; may be empty.
    public let words: String
    /// The texts that it may have, where the source lists them.
    public let choices: [String]
  }

  /// Something that the experiment measures.
  public struct Metric: Codable, Hashable, Sendable {
    /// Which way is better.
    public enum Direction: String, Codable, Sendable {
      case lower, higher
    }

    /// The name in `final_info.json`.
    public let name: String
    /// Its description; may be empty.
    public let words: String
    /// Which way is better; nil where the source does not name it.
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

  /// Where the source is broken; nil where it is not.
  public let syntaxError: SyntaxProblem?
  /// The settings, those of `full_scale` among them.
  public let settings: [Setting]
  /// The metrics that it declares, the primary first; empty where it declares none.
  public let metrics: [Metric]
  /// Which of `--out_dir` and `--scale` the source mentions.
  public let mentions: [String]
  /// Why a variant could not be made; nil where none was asked for or all were made.
  public let problem: String?
  /// What is wrong with the entries of `metrics`, a phrase each; nil in a reading by an earlier version.
  public let metricProblems: [String]?
  /// Why settings were passed over, a phrase each; nil in a reading by an earlier version.
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
