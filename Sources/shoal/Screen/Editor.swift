import Dispatch
import Glibc
import Operations

/// The user's own editor.
enum Editor {
  /// Opens the text in the editor, and waits until it ends.
  /// - Returns: the file's bytes afterwards.
  /// - Throws: `OperationError` if there is no editor, or it ended with an error.
  static func edit(_ text: String, environment: (String) -> String?) async throws -> [UInt8] {
    guard let editor = environment("VISUAL") ?? environment("EDITOR") else {
      throw OperationError("Neither VISUAL nor EDITOR names an editor. Set one, or use --set KEY=VALUE.")
    }
    var place = Array("/tmp/shoal-XXXXXX.yaml".utf8CString)
    let descriptor = mkstemps(&place, 5)
    guard descriptor >= 0 else {
      throw OperationError("No file can be made in /tmp: \(String(cString: strerror(errno))). Make room there.")
    }
    let path = String(decoding: place.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    close(descriptor)
    try FileOutput.replace(path, with: Array(text.utf8))
    // By the shell, because the variable may hold arguments: `code --wait`.
    let status = await wait(["/bin/sh", "-c", "exec \(editor) \"$1\"", "sh", path])
    guard status == 0 else {
      throw OperationError("\(editor) failed (status \(status)); nothing was changed.")
    }
    return try FileInput.read(path, limit: 1 << 20)
  }

  private static func wait(_ words: [String]) async -> Int32 {
    await withCheckedContinuation { caller in
      DispatchQueue(label: "shoal.editor").async { caller.resume(returning: run(words)) }
    }
  }

  private static func run(_ words: [String]) -> Int32 {
    guard let process = DesktopProgram.start(words) else { return 127 }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 { if errno != EINTR { return 127 } }
    // The exit status is in the second byte; a signal's number is in the first.
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
  }
}
