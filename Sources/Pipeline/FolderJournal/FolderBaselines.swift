import Files
import Glibc
public import PaperModel

/// Baselines in a folder: one small file for each key, which names the result's blob. A file is linked to its name once
/// it is whole, so that the first one holds and none is ever half written.
public struct FolderBaselines: BaselineStore {
  private let folder: String

  /// - Parameter folder: made when something is first kept.
  public init(folder: String) { self.folder = folder }

  public func baseline(_ key: String) async throws -> BlobReference? { try read("\(folder)/\(key)") }

  public func keep(_ result: BlobReference, under key: String) async throws -> BlobReference {
    let path = "\(folder)/\(key)"
    let created = Folders.create(folder)
    errno = created
    guard created == 0 else { throw failure(folder, "can't be created") }
    let code = WholeFile.create(path, with: Array("\(result.digest) \(result.size)\n".utf8))
    errno = code
    guard code == 0 || code == EEXIST else { throw failure(path, "can't be written") }
    guard let kept = try read(path) else { throw failure(path, "is gone again") }
    return kept
  }

  private func read(_ path: String) throws -> BlobReference? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0, errno == ENOENT { return nil }
    guard descriptor >= 0 else { throw failure(path, "can't be read") }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    let words = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let size = Int64(words[1]),
      let reference = BlobReference(digest: String(words[0]), size: size)
    else {
      throw Failure(
        kind: "damagedBaseline", "\(path) does not name a baseline.", advice: "Delete it; the baseline is made again.")
    }
    return reference
  }

  private func failure(_ path: String, _ what: String) -> Failure {
    Failure(
      kind: "baselineShelf", "\(path) \(what): \(String(cString: strerror(errno))).",
      advice: "Make room or correct its rights.", retryability: .transient)
  }
}
