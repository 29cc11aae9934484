import EmbeddedStore
import Glibc

/// Where this machine keeps what it has looked at of a cluster, so that a look reads what is new and not the history.
actor KeptLooks {
  private let folder: String
  private var opening: Task<EmbeddedStore?, Never>?

  init(folder: String) { self.folder = folder }

  /// The store, which is made when it is first asked for; nil if this user may not write there.
  /// - Parameter report: told why else there is none.
  func store(_ report: @escaping @Sendable (String) -> Void) async -> EmbeddedStore? {
    if let opening { return await opening.value }
    let folder = folder
    let task = Task { () -> EmbeddedStore? in
      do { return try await EmbeddedStore(folder: folder) } catch {
        if !Self.mayWrite(folder) { return nil }
        report("What was looked at can't be kept, so each look reads all journals: \(error)")
        return nil
      }
    }
    opening = task
    return await task.value
  }

  /// Whether this user may write in the folder, or in the one in which it would be made.
  private static func mayWrite(_ folder: String) -> Bool {
    var path = folder[...]
    while access(String(path), F_OK) != 0, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      path = path[..<slash]
    }
    return access(String(path), W_OK) == 0
  }

  func close() async { await opening?.value?.close() }
}
