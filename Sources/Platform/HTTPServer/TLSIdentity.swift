/// A server's certificate and key for TLS.
public struct TLSIdentity: Sendable, CustomStringConvertible {
  /// The certificate, and those of the authorities between, PEM.
  public let certificate: String
  /// The certificate's key, PEM and not encrypted.
  let key: String

  /// An identity from PEM texts.
  public init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }

  /// Never the key.
  public var description: String { "TLSIdentity" }
}
