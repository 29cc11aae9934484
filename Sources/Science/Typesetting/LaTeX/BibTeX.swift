import Literature
import PaperModel

/// Writes references in BibTeX's notation.
enum BibTeX {
  /// The BibTeX database of the references.
  /// - Throws: `Failure` of kind `untypesettable` for a text or a key that LaTeX can't print.
  static func text(of references: [Reference]) throws(Failure) -> String {
    var text = "% Only what the paper cites.\n"
    for reference in references { text += try entry(of: reference) }
    return text
  }

  private static func entry(of reference: Reference) throws(Failure) -> String {
    let place = "reference “\(reference.key)”"
    guard isKey(reference.key) else {
      throw Failure(
        kind: "untypesettable",
        "A reference's key “\(reference.key.prefix(80))” has other signs than letters, digits, "
          + "“-”, “_” and “:”.")
    }
    guard !reference.authors.isEmpty, reference.authors.count <= 200 else {
      throw Failure(kind: "untypesettable", "The \(place) has no authors, or more than 200.")
    }
    var authors: [String] = []
    for author in reference.authors { authors.append(try field(author, place)) }
    if reference.hasMoreAuthors { authors.append("others") }
    var fields = [("author", authors.joined(separator: " and "))]
    fields.append(("title", "{\(try field(reference.title, place))}"))
    if let name = reference.kind.venueField, !reference.venue.isEmpty {
      fields.append((name, try field(reference.venue, place)))
    }
    fields.append(("year", "\(reference.year)"))
    for (name, value) in [("volume", reference.volume), ("number", reference.number), ("pages", reference.pages)]
    where !value.isEmpty { fields.append((name, try field(value, place))) }
    if !reference.doi.isEmpty {
      fields.append(("doi", try address(reference.doi, place)))
    } else if !reference.address.isEmpty {
      fields.append(("url", try address(reference.address, place)))
    }
    let lines = fields.map { "  \($0.0) = {\($0.1)}" }.joined(separator: ",\n")
    return "@\(reference.kind.entryType){\(reference.key),\n\(lines)\n}\n"
  }

  /// BibTeX counts braces and splits names at ` and `; accents stand in braces so that it takes each for one letter.
  private static func field(_ text: String, _ place: String) throws(Failure) -> String {
    guard !text.contains(where: { "{}\\@".contains($0) }) else {
      throw Failure(kind: "untypesettable", "The \(place) has a brace, “\\” or “@” in “\(text.prefix(80))”.")
    }
    var field = ""
    for character in text {
      let latex = try LaTeXText.escape(String(character), at: place)
      field += character.isASCII && !latex.hasPrefix("\\") || character == " " ? latex : "{\(latex)}"
    }
    return field
  }

  private static func address(_ text: String, _ place: String) throws(Failure) -> String {
    guard LaTeXWriter.isAddress(text) else {
      throw Failure(kind: "untypesettable", "The \(place) has the address “\(text.prefix(80))”, which is none.")
    }
    return text
  }

  /// Whether BibTeX accepts a text as a key.
  static func isKey(_ text: String) -> Bool {
    (1...100).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_:".unicodeScalars.contains($0))
      }
  }
}

extension Reference.Kind {
  fileprivate var entryType: String {
    switch self {
    case .article: "article"
    case .proceedings: "inproceedings"
    case .book: "book"
    case .software: "misc"
    }
  }

  fileprivate var venueField: String? {
    switch self {
    case .article: "journal"
    case .proceedings: "booktitle"
    case .book: "publisher"
    case .software: nil
    }
  }
}
