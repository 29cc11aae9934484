/// The lines of a log, joined again where TeX broke long ones.
enum LogLines {
  /// The most bytes of a log that are read.
  static let byteLimit = 4 * 1024 * 1024
  private static let lineLimit = 2000
  /// TeX breaks lines after this many bytes, unless `max_print_line` says otherwise.
  private static let widths: Set<Int> = [79, 1000]

  /// The lines, at most 100,000, each at most 2,000 bytes, and whether anything was left out.
  static func of(_ log: [UInt8]) -> (lines: [String], isCut: Bool) {
    var lines: [String] = []
    var isCut = log.count > byteLimit
    var current: [UInt8] = []
    // If some line of a log is longer than 79 bytes, its lines were not broken at 79.
    var width = 79
    let pieces = log.prefix(byteLimit).split(separator: 0x0a, maxSplits: 100_000, omittingEmptySubsequences: false)
    if pieces.contains(where: { $0.count > 79 && $0.count <= 1000 }) { width = 1000 }
    for (index, piece) in pieces.enumerated() {
      guard lines.count < 100_000, index < 100_000 else {
        isCut = true
        break
      }
      let line = piece.last == 0x0d ? piece.dropLast() : piece
      if current.count < lineLimit { current += line.prefix(lineLimit - current.count) } else { isCut = true }
      let isBroken = line.count == width && index + 1 < pieces.count && !beginsAnew(pieces[index + 1])
      if !isBroken {
        lines.append(String(decoding: current, as: UTF8.self))
        current.removeAll(keepingCapacity: true)
      }
    }
    return (lines, isCut)
  }

  /// Whether a line begins a new entry, and so can't continue the line before it.
  private static func beginsAnew(_ line: ArraySlice<UInt8>) -> Bool {
    line.isEmpty || beginnings.contains { line.starts(with: $0.utf8) }
  }

  private static let beginnings = [
    "LaTeX ", "Package ", "Class ", "Overfull ", "Underfull ", "! ", "l.", "Missing character: ", "pdfTeX warning",
    "./", "File: ", "Output written",
  ]
}
