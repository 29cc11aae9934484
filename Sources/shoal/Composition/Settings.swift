import CommandTable
import Glibc
import Operations
import PaperModel

/// Where things are and what they cost: from flags, then the environment, then `shoal.yaml` in the working folder, then
/// the usual places.
struct Settings: Sendable {
  /// The folder where everything lives.
  let data: String
  /// The Python environment of experiments and plots.
  let python: String
  /// What processor and GPU time cost.
  let prices: DevicePrices

  /// - Throws: `OperationError` where `shoal.yaml` can't be used.
  init(_ invocation: Invocation) throws {
    try self.init(
      data: invocation.text("data"), environment: Self.environment,
      file: try SettingsFile.read(Self.absolute("shoal.yaml")) ?? SettingsFile())
  }

  init(data flag: String?, environment: (String) -> String?, file: SettingsFile) throws {
    data = Self.absolute(flag ?? environment("SHOAL_DATA") ?? file.data ?? "shoal-data")
    let home = environment("HOME") ?? "/tmp"
    let usual = geteuid() == 0 ? "/var/cache/shoal/python" : "\(home)/.cache/shoal/python"
    python = Self.absolute(environment("SHOAL_PYTHON") ?? file.python ?? usual)
    prices = try file.devicePrices()
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
