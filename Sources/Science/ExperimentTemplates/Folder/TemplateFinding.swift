/// A remark on a template.
public struct TemplateFinding: Codable, Hashable, Sendable, CustomStringConvertible {
  /// How serious a finding is.
  public enum Severity: String, Codable, Sendable {
    /// The template can't be used.
    case error
    /// It can be used, with less than a template should offer.
    case warning
    /// For information.
    case note
  }

  public let severity: Severity
  /// The file, if the finding is about one.
  public let file: String?
  /// What is wrong, a sentence.
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
