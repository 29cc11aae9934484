import Files
import Glibc
import Operations

/// Writes whole files.
enum FileOutput {
  /// Puts a file in place, whole or not at all.
  static func replace(_ path: String, with bytes: [UInt8]) throws {
    let code = WholeFile.replace(path, with: bytes)
    guard code != 0 else { return }
    throw OperationError(
      "\(path) can't be written: \(String(cString: strerror(code))). Make room or correct its rights.")
  }
}
