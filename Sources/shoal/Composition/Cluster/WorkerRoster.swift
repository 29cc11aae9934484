import CLinux
import Files
import Glibc
import Journal
import Operations
import PaperModel
import Synchronization

/// The workers that this machine answers for: a file for each, locked while its process lives, with a line for each
/// stream that it claimed. A file is kept until everything that its worker left open is settled.
///
/// The files are in the machine's own folder, not in the store: the cost of a lost attempt is known only where it ran,
/// and locks are reliable only among processes of one machine.
struct WorkerRoster: Sendable {
  /// A living worker of this process.
  final class Life: Sendable {
    private let descriptor: Int32
    private let noted = Mutex<Set<StreamID>>([])

    fileprivate init(descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }

    /// Records that a stream was claimed. Not synchronised: it must outlive the process, not the machine.
    func note(_ stream: StreamID) {
      noted.withLock { noted in
        guard noted.insert(stream).inserted else { return }
        let line = Array("\(stream)\n".utf8)
        _ = write(descriptor, line, line.count)
      }
    }
  }

  private static let suffix = ".life"
  private let folder: String

  /// - Throws: `OperationError` if the folder can't be made.
  init(folder: String) throws {
    self.folder = folder
    try LocalFolder.make(folder)
  }

  /// Creates the file of a worker of this process.
  func enlist(_ worker: WorkerID) throws -> Life {
    guard let name = worker.fileName else { throw OperationError("“\(worker)” can't name a worker; choose letters.") }
    let path = "\(folder)/\(name)\(Self.suffix)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw problem(path) }
    guard clinux_lock_file(descriptor) == 0, fsync(descriptor) == 0 else {
      let error = problem(path)
      close(descriptor)
      throw error
    }
    return Life(descriptor: descriptor)
  }

  /// Whether a worker ran on this machine, and left steps that are not settled yet.
  func knows(_ worker: WorkerID) -> Bool { path(worker).map { access($0, F_OK) == 0 } ?? false }

  /// Whether a worker ran on this machine and its process is gone.
  func isLost(_ worker: WorkerID) -> Bool {
    guard let path = path(worker) else { return false }
    return isFree(path)
  }

  /// The workers whose processes are gone: their files, and the streams that they claimed.
  func lost() throws -> [(file: String, streams: [StreamID])] {
    guard let listing = opendir(folder) else { throw problem(folder) }
    defer { closedir(listing) }
    var found: [(String, [StreamID])] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard name.hasSuffix(Self.suffix), isFree("\(folder)/\(name)") else { continue }
      let text = String(decoding: try FileInput.read("\(folder)/\(name)", limit: 64 << 20), as: UTF8.self)
      found.append((name, text.split(separator: "\n").compactMap { StreamID(String($0)) }))
    }
    return found
  }

  /// Forgets a worker that left nothing open.
  func forget(_ file: String) { unlink("\(folder)/\(file)") }

  private func path(_ worker: WorkerID) -> String? { worker.fileName.map { "\(folder)/\($0)\(Self.suffix)" } }

  /// Whether the file exists and no process holds it.
  private func isFree(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return clinux_is_locked_elsewhere(descriptor) == 0
  }

  private func problem(_ path: String) -> OperationError {
    OperationError(
      "\(path): \(String(cString: strerror(errno))). Make room, correct its permissions or name another --data.")
  }
}

/// Folders of this machine.
enum LocalFolder {
  /// Creates a folder and the missing ones above it.
  static func make(_ path: String) throws {
    let code = Folders.create(path)
    guard code != 0 else { return }
    throw OperationError(
      "\(path) can't be created: \(String(cString: strerror(code))). Name a folder of this machine with --data DIR.")
  }
}
