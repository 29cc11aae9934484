/// One thing about a template that a person should know.
public struct TemplateFinding: Codable, Hashable, Sendable, CustomStringConvertible {
  /// How bad it is.
  public enum Severity: String, Codable, Sendable {
    /// The template can't be used.
    case error
    /// It can be used, with less than a template should offer.
    case warning
    /// Good to know.
    case note
  }

  /// How bad it is.
  public let severity: Severity
  /// The file, where it is about one.
  public let file: String?
  /// What is the matter, a sentence.
  public let message: String
  /// What to do, a sentence; may be empty.
  public let advice: String

  public init(_ severity: Severity, _ file: String?, _ message: String, advice: String = "") {
    self.severity = severity
    self.file = file
    self.message = message
    self.advice = advice
  }

  /// One line.
  public var description: String {
    "\(severity.rawValue): \(file.map { $0 + ": " } ?? "")\(message)\(advice.isEmpty ? "" : " \(advice)")"
  }
}
