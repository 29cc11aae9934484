internal import Glibc

/// A failed file call, with the file. Each seam converts it to its own error type.
struct FileProblem: Error {
  let path: String
  /// The failed operation, e.g. `can't be written`.
  let what: String
  /// The system's error number.
  let code: Int32

  /// Whether the machine or the whole store is in trouble, rather than this file.
  var isOfMachine: Bool { [ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM, EIO, EROFS, ESTALE, ETIMEDOUT].contains(code) }

  /// One sentence that says what to do.
  var sentence: String {
    let advice =
      switch code {
      case ENOSPC, EDQUOT: "free some space and try again; nothing was changed"
      case EACCES, EPERM, EROFS: "give this user the right to read and write there"
      case ELOOP, ENOTDIR: "a link or a file stands where a folder belongs; remove it"
      case EMFILE, ENFILE: "raise the limit on open files"
      case EIO: "check the disk and its mount"
      default: "check the folder and try again"
      }
    return "\(path) \(what) (\(String(cString: strerror(code)))): \(advice)."
  }
}
