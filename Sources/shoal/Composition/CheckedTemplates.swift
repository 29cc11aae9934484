import Digests
import ExperimentTemplates
import Files
import Glibc

/// Remembers in the data folder which templates passed the check of their source, so that one that is submitted again
/// is not read again. Losing it costs a fraction of a second.
struct CheckedTemplates {
  private let folder: String

  init(_ settings: Settings) { folder = settings.data + "/checked-templates" }

  /// Names what was checked: every file, and the version that checks.
  static func key(_ contents: TemplateContents) -> String {
    var hash = SHA256()
    hash.update("\(Shoal.version)\n\(contents.name)\n".utf8)
    for (path, bytes) in contents.files.sorted(by: { $0.key < $1.key }) {
      hash.update("\(path.utf8.count) \(path) \(bytes.count)\n".utf8)
      hash.update(bytes)
    }
    return "\(hash.digest())"
  }

  func contains(_ key: String) -> Bool { access("\(folder)/\(key)", F_OK) == 0 }

  /// - Precondition: the data folder is there: a check that comes before anything exists leaves nothing behind.
  func add(_ key: String) {
    guard Folders.create(folder) == 0 else { return }
    _ = WholeFile.replace("\(folder)/\(key)", with: [], isDurable: false)
  }
}
