internal import FoundationEssentials

/// A folder for one test, removed at its end. The users of the sandbox can reach it.
/// - Parameter name: a word in the folder's name.
public func withTemporaryFolder<Value>(
  _ name: String = "test", _ body: (String) async throws -> Value
) async throws -> Value {
  let folder = FileManager.default.temporaryDirectory.path + "/shoal-\(name)-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}
