import PaperModel

/// One run of `latexmk`.
struct Compilation {
  let main: String
  let tree: FileTree
  let settings: BlobReference
  let timeLimitSeconds: Int

  private var base: String { String(main.dropLast(4)) }
  var pdf: String { base + ".pdf" }
  var log: String { base + ".log" }
  var auxiliary: String { base + ".aux" }

  /// The program. Its settings come from Shoal's own file alone, because a `latexmkrc` is a program too.
  var program: ContainedProgram {
    let rules = FileTree.File(path: Self.settingsPath, blob: settings)
    return ContainedProgram(
      toolchain: .latex,
      command: [
        "latexmk", "-norc", "-r", Self.settingsPath, "-pdf", "-interaction=nonstopmode", "-halt-on-error", main,
      ], files: tree.overlaid(with: FileTree([rules])), timeLimitSeconds: timeLimitSeconds, memoryLimitMebibytes: 1024,
      diskLimitMebibytes: 256, collects: [pdf, log, auxiliary, base + ".blg", base + ".bbl"])
  }

  private static let settingsPath = "latexmkrc"

  /// Why there is no PDF, with the line of the source.
  func failure(of outcome: ProgramOutcome, log: LaTeXLog, with blobs: any BlobStore) async -> Failure {
    if let stopped = outcome.stopped {
      return Failure(kind: "latexStopped", "LaTeX was stopped: \(stopped)", advice: "Look for a loop in the source.")
    }
    guard let error = log.errors.first else {
      let tail = outcome.errors.isEmpty ? outcome.output : outcome.errors
      let last = tail.split(separator: "\n").suffix(3).joined(separator: " / ")
      let missing = log.missingFiles.isEmpty ? "" : " The file \(log.missingFiles[0]) is missing."
      return Failure(kind: "latexError", "LaTeX made no PDF and its log names no error: \(last.suffix(400)).\(missing)")
    }
    let file = error.file ?? main
    let place = error.line.map { "\(file):\($0)" } ?? file
    let quote = await sourceLine(error.line, of: file, in: blobs) ?? error.context
    return Failure(
      kind: "latexError",
      "LaTeX stopped at \(place): \(error.message)" + (quote.isEmpty ? "" : " The line is “\(quote)”."),
      advice: "Mend that line.")
  }

  private func sourceLine(_ number: Int?, of file: String, in blobs: any BlobStore) async -> String? {
    guard let number, number > 0, let blob = tree[file], blob.size <= 4 * 1024 * 1024,
      let bytes = try? await blobs.bytes(of: blob)
    else { return nil }
    let lines = bytes.split(separator: 0x0a, maxSplits: number, omittingEmptySubsequences: false)
    guard number <= lines.count else { return nil }
    let line = String(decoding: lines[number - 1].prefix(240), as: UTF8.self)
    return String(line.drop { $0.isWhitespace })
  }
}
