/// A reference to bytes in the blob store: their digest and size. Messages and journals carry references only.
public struct BlobReference: Hashable, Sendable, Codable, CustomStringConvertible {
  /// SHA-256 of the bytes, 64 lower-case hexadecimal digits.
  public let digest: String
  /// The number of bytes.
  public let size: Int64

  /// A reference; nil if the digest is not 64 lower-case hexadecimal digits or the size is negative.
  public init?(digest: String, size: Int64) {
    guard digest.utf8.count == 64, size >= 0,
      digest.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    self.digest = digest
    self.size = size
  }

  public var description: String { String(digest.prefix(12)) }
}

/// A folder as a value: files by their relative path, in the order of their paths.
public struct FileTree: Hashable, Sendable, Codable {
  public struct File: Hashable, Sendable, Codable {
    /// The path within the tree: `/` between parts, no `.` or `..`, not absolute.
    public let path: String
    public let blob: BlobReference

    public init(path: String, blob: BlobReference) {
      self.path = path
      self.blob = blob
    }
  }

  /// The files, sorted by path, each path once.
  public let files: [File]

  /// A tree of files; a later file replaces an earlier one of the same path.
  public init(_ files: [File]) {
    var byPath: [String: File] = [:]
    for file in files { byPath[file.path] = file }
    self.files = byPath.values.sorted { $0.path < $1.path }
  }

  public subscript(path: String) -> BlobReference? { files.first { $0.path == path }?.blob }

  /// This tree overlaid with the files of another.
  public func overlaid(with other: FileTree) -> FileTree { FileTree(files + other.files) }

  /// This tree with every path moved below a folder.
  public func below(_ folder: String) -> FileTree {
    FileTree(files.map { File(path: "\(folder)/\($0.path)", blob: $0.blob) })
  }

  /// The files below a folder, by their paths within it.
  public func within(_ folder: String) -> FileTree {
    let prefix = folder + "/"
    return FileTree(
      files.filter { $0.path.hasPrefix(prefix) }
        .map { File(path: String($0.path.dropFirst(prefix.count)), blob: $0.blob) })
  }

  /// Whether a path is valid in a tree: relative, no empty part, no `.` or `..`, no control bytes.
  /// - Parameter limit: the most bytes that it may have.
  public static func isPath(_ path: String, upTo limit: Int = 255) -> Bool {
    guard !path.isEmpty, path.utf8.count <= limit, path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
      return false
    }
    return path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
      $0 != "" && $0 != "." && $0 != ".."
    }
  }
}
