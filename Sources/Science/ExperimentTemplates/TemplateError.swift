/// Why a template could not be read or used.
public enum TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The folder is missing or not readable.
  case unreadable(path: String, reason: String)
  /// The template exceeds a limit.
  case tooLarge(path: String, limit: String)
  /// A path that is not allowed in a template.
  case badPath(String)
  /// The script could not be read.
  case unreadableScript(String)
  /// An edit could not be made.
  case uneditable(String)

  /// One sentence that says what to do.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "The template at \(path) can't be read (\(reason)); name a folder that holds an experiment.py."
    case .tooLarge(let path, let limit):
      "The template at \(path) is over the limit of \(limit); move data that the experiment does not need elsewhere."
    case .badPath(let path):
      "The template holds a file with a name that can't be used (“\(path)”); rename it."
    case .unreadableScript(let reason):
      "The settings of experiment.py could not be read: \(Self.sentence(reason))"
    case .uneditable(let reason):
      "The source could not be edited: \(Self.sentence(reason))"
    }
  }

  /// A reason with one full stop at its end.
  private static func sentence(_ reason: String) -> String {
    let end = reason.lastIndex { !$0.isWhitespace } ?? reason.startIndex
    return reason.isEmpty ? "no reason is given." : reason[...end] + (".!?".contains(reason[end]) ? "" : ".")
  }
}
