/// A font of a PDF.
struct PDFFont: Hashable, Sendable {
  var name: String
  /// For example `Type 1`, `CID TrueType`, `Type 3`.
  var kind: String
  var isEmbedded: Bool

  /// The fonts in the output of `pdffonts`: columns under dashes that give their width. At most 1,000.
  static func parse(_ text: String) -> [PDFFont] {
    let lines = text.split(separator: "\n")
    guard let rule = lines.firstIndex(where: { $0.hasPrefix("---") }) else { return [] }
    let widths = lines[rule].split(separator: " ").map(\.count)
    guard widths.count >= 4 else { return [] }
    return lines[(rule + 1)...].prefix(1000).compactMap { line in
      // A name longer than its column pushes the rest to the right: the other columns are read from the right end.
      let words = line.split(separator: " ")
      guard words.count >= 7 else { return nil }
      let embedded = words[words.count - 5]
      let name = words[0]
      let kinds = [
        "Type 1C (OT)", "Type 1C", "Type 1", "Type 3", "CID TrueType", "TrueType (OT)", "TrueType",
        "CID Type 0C (OT)", "CID Type 0C", "CID Type 0",
      ]
      let rest = line.dropFirst(name.count)
      let kind = kinds.first { rest.contains(" \($0) ") } ?? "unknown"
      return PDFFont(name: String(name), kind: kind, isEmbedded: embedded == "yes")
    }
  }
}
