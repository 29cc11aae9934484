/// A failure of an S3 store, with what a person can do about it. It never contains a secret.
public struct S3Error: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// The key is unknown, its secret is wrong, or it lacks the permission.
    case denied
    case noBucket
    /// The store is unreachable or too busy: a later attempt may succeed.
    case unavailable
    /// The store lacks a feature that journals depend on.
    case unsuitable
    /// The request is invalid, or the answer can't be parsed.
    case misuse
  }

  public let kind: Kind
  /// One sentence with what to do.
  public let message: String

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  public var description: String { message }
  /// Whether the same request may succeed later.
  public var isRetriable: Bool { kind == .unavailable }
}
