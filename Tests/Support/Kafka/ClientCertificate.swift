internal import ChildProcesses
internal import Glibc

/// A client's certificate with its encrypted key, and the authority that signed it, as PEM files in a test's folder.
public struct ClientCertificate: Sendable {
  /// Whether openssl is installed, which makes it.
  public static var isAvailable: Bool { access(openssl, X_OK) == 0 }
  private static let openssl = "/usr/bin/openssl"

  /// The authority's certificate, which the broker must trust.
  public let authorityFile: String
  public let certificateFile: String
  /// Its encrypted key.
  public let keyFile: String
  /// The password of the key.
  public let keyPassword = "key-secret"

  /// Makes an authority and a certificate that it signed.
  ///
  /// - Throws: `NotStarted` with openssl's output.
  public init(folder: String, name: String) async throws {
    authorityFile = "\(folder)/\(name)-authority.crt"
    certificateFile = "\(folder)/\(name).crt"
    keyFile = "\(folder)/\(name).key"
    let authorityKey = "\(folder)/\(name)-authority.key"
    let new = ["req", "-x509", "-newkey", "rsa:2048", "-days", "2"]
    try await Self.run(
      new + ["-nodes", "-subj", "/CN=authority of \(name)", "-keyout", authorityKey, "-out", authorityFile])
    try await Self.run(
      new + [
        "-CA", authorityFile, "-CAkey", authorityKey, "-passout", "pass:\(keyPassword)", "-subj", "/CN=\(name)",
        "-keyout", keyFile, "-out", certificateFile,
      ])
  }

  private static func run(_ arguments: [String]) async throws {
    let report = try await ChildProcess.run(ChildCommand(openssl, arguments))
    guard report.end == .exited(0) else { throw NotStarted(description: "openssl: \(report.errors.text)") }
  }
}
