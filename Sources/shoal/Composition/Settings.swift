import CommandTable
import Glibc

/// Where things are: from flags, then the environment, then the usual places.
struct Settings: Sendable {
  /// The folder where everything lives.
  let data: String
  /// The Python environment of experiments and plots.
  let python: String

  init(_ invocation: Invocation) {
    data = Self.absolute(invocation.text("data") ?? Self.environment("SHOAL_DATA") ?? "shoal-data")
    let home = Self.environment("HOME") ?? "/tmp"
    let usual = geteuid() == 0 ? "/var/cache/shoal/python" : "\(home)/.cache/shoal/python"
    python = Self.absolute(Self.environment("SHOAL_PYTHON") ?? usual)
  }

  static func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }

  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    return "\(String(cString: here))/\(path)"
  }
}
