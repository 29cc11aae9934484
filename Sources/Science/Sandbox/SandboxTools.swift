import Glibc

/// The programs that build a job's container, by path.
struct SandboxTools: Sendable {
  var bubblewrap: String
  var limiter: String
  var userChanger: String
  var shell = "/bin/sh"

  private static let folders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"]

  /// The path of a program in the system's usual folders; the caller's `PATH` is never used.
  static func find(_ name: String) -> String? {
    folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// Finds all programs that are needed, or says what to install.
  static func found(for containment: Sandbox.Configuration.Containment) throws(SandboxError) -> SandboxTools {
    guard let limiter = find("prlimit"), let userChanger = find("setpriv") else {
      throw .notContained("prlimit and setpriv (package util-linux) are not installed")
    }
    let bubblewrap = find("bwrap")
    guard bubblewrap != nil || containment == .none else {
      throw .notContained("bwrap (package bubblewrap) is not installed")
    }
    return SandboxTools(bubblewrap: bubblewrap ?? "", limiter: limiter, userChanger: userChanger)
  }
}
