import ChildProcesses
import Glibc

/// Collects files from a job folder, trusting nothing in it. No process of the job may run any more.
struct Collector {
  private let rules: CollectRules
  private let staged: [String: JobFile]
  private(set) var files: [CollectedFile] = []
  private(set) var findings: [CollectionFinding] = []
  private var totalBytes = 0
  private var entries = 0

  init(_ rules: CollectRules, staged: [JobFile]) {
    self.rules = rules
    self.staged = rules.includesUnchangedFiles ? [:] : Dictionary(staged.map { ($0.path, $0) }) { $1 }
  }

  /// Collects below an open folder, which it closes.
  mutating func collect(consuming folder: Int32) {
    defer { close(folder) }
    _ = walk(folder, path: "", depth: 0)
  }

  /// Returns false once it has given up.
  private mutating func walk(_ folder: Int32, path: String, depth: Int) -> Bool {
    let room = rules.maximumEntries - entries
    let names = FolderReader.names(folder, limit: room + 1)
    guard names.count <= room else { return refuse(path, .gaveUp) && false }
    entries += names.count
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      guard findings.count < rules.maximumEntries else { return refuse(path, .gaveUp) && false }
      if !visit(folder, name, parent: path, depth: depth) { return false }
    }
    return true
  }

  private mutating func visit(_ folder: Int32, _ name: [CChar], parent: String, depth: Int) -> Bool {
    let bytes = name.dropLast().map { UInt8(bitPattern: $0) }
    let prefix = parent.isEmpty ? "" : parent + "/"
    guard let plain = JobPath.plain(bytes), prefix.utf8.count + bytes.count <= rules.maximumPathBytes else {
      return refuse(prefix + JobPath.printable(bytes), .strangeName)
    }
    let path = prefix + plain
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return refuse(path, .unreadable(errno)) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      guard depth < rules.maximumDepth else { return refuse(path, .tooDeep) }
      let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard inner >= 0 else { return refuse(path, .unreadable(errno)) }
      defer { close(inner) }
      return walk(inner, path: path, depth: depth + 1)
    case _ where !rules.select(path): return true
    case S_IFREG: return take(folder, name, path)
    case S_IFLNK: return refuse(path, .symbolicLink)
    default: return refuse(path, .notAFile)
    }
  }

  private mutating func take(_ folder: Int32, _ name: [CChar], _ path: String) -> Bool {
    // Without O_NONBLOCK, opening a FIFO would block for ever.
    let descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return refuse(path, .unreadable(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return refuse(path, .unreadable(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { return refuse(path, .notAFile) }
    guard status.st_nlink == 1 else { return refuse(path, .hardLink) }
    guard status.st_size <= rules.maximumFileBytes else { return refuse(path, .tooLarge(Int(status.st_size))) }
    guard files.count < rules.maximumFiles else { return refuse(path, .tooMany) }
    guard totalBytes + Int(status.st_size) <= rules.maximumTotalBytes else { return refuse(path, .totalTooLarge) }
    let bytes = Pipe.readAll(descriptor, limit: Int(status.st_size))
    let isExecutable = status.st_mode & 0o100 != 0
    if let old = staged[path], old.bytes == bytes, old.isExecutable == isExecutable { return true }
    totalBytes += bytes.count
    files.append(CollectedFile(path: path, bytes: bytes, isExecutable: isExecutable))
    return true
  }

  private mutating func refuse(_ path: String, _ reason: CollectionFinding.Reason) -> Bool {
    findings.append(CollectionFinding(path: path, reason: reason))
    return true
  }
}
