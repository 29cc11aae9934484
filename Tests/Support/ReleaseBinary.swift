import Foundation

/// The command as users get it, `.build/release/shoal`. Debug builds don't show what only optimisation breaks, so every
/// test that runs the command as a process runs this one.
public enum ReleaseBinary {
  /// Whether tests that can also call the command in their own process run this binary instead: `make test` does.
  public static let isChosen = ProcessInfo.processInfo.environment["SHOAL_TEST_RELEASE"] == "1"

  /// The path of the binary.
  /// - Throws: `NotBuilt` if it is missing, or older than one of the sources.
  public static func path() throws -> String { try found.get() }

  public struct NotBuilt: Error, CustomStringConvertible {
    public let description: String
  }

  private static let found = Result<String, NotBuilt> { () throws(NotBuilt) in
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appendingPathComponent(".build/release/shoal").path
    guard FileManager.default.isExecutableFile(atPath: path), let built = date(path) else {
      throw NotBuilt(description: "\(path) is missing. Make it with `make build`.")
    }
    let package = root.appendingPathComponent("Package.swift").path
    let sources = root.appendingPathComponent("Sources").path
    let files = FileManager.default.enumerator(atPath: sources)?.compactMap { $0 as? String } ?? []
    for file in [package] + files.filter({ $0.contains(".") }).map({ "\(sources)/\($0)" }) {
      guard let changed = date(file), changed > built else { continue }
      throw NotBuilt(description: "\(path) is older than \(file). Make it anew with `make build`.")
    }
    return path
  }

  private static func date(_ path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }
}
