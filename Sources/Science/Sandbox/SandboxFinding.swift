/// What `Sandbox.probe` found out about one part of this machine.
public struct SandboxFinding: Sendable, Equatable {
  /// How much a finding matters.
  public enum Severity: Sendable, Equatable {
    case works
    /// It works in a weaker way, which the text describes.
    case weaker
    /// Jobs can't be run until it is changed.
    case broken
  }
  public var severity: Severity
  /// What was tested, in a few words.
  public var subject: String
  /// What was found and, unless it works, what to change.
  public var text: String
}
