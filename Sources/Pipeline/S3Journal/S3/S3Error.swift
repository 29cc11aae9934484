/// What an S3 store did not do, and what a person should do about it. Never says a secret.
public struct S3Error: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// The key is not known, its secret is wrong, or it may not do this.
    case denied
    /// There is no such bucket.
    case noBucket
    /// The store can't be reached, or is too busy: may work again later.
    case unavailable
    /// The store can't do what a journal needs of it.
    case unsuitable
    /// What was asked can't be asked, or what came back can't be read.
    case misuse
  }

  public let kind: Kind
  /// One sentence that says what to do.
  public let message: String

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  public var description: String { message }
  /// Whether the same request may work a while later.
  public var isRetriable: Bool { kind == .unavailable }
}
