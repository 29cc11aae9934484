public import PaperModel

extension Typesetter {
  /// Measures the pages of an untrusted PDF.
  /// - Parameter geometry: where text may stand; nil if that is not known.
  /// - Throws: `Failure` of kind `unreadablePDF` for a file that is broken, encrypted or no PDF; the errors of the
  ///   surroundings.
  public func inspect(
    _ pdf: BlobReference, geometry: PageGeometry?, with surroundings: any Surroundings
  ) async throws -> PageInspection {
    let information = try await look("pdf.info", at: pdf, ["pdfinfo", Self.input], with: surroundings)
    guard let line = information.output.split(separator: "\n").first(where: { $0.hasPrefix("Pages:") }),
      let pages = Int(line.dropFirst(6).drop { $0 == " " }), pages > 0
    else { throw Failure(kind: "unreadablePDF", "The PDF does not say how many pages it has.") }
    let last = "\(min(pages, Self.pageLimit))"
    let fonts = try await look("pdf.fonts", at: pdf, ["pdffonts", "-l", last, Self.input], with: surroundings)
    let boxes = try await look(
      "pdf.words", at: pdf, ["pdftotext", "-bbox", "-l", last, Self.input, "words.html"], collecting: "words.html",
      with: surroundings)
    let words = WordBox.parse(try await bytes("words.html", of: boxes, surroundings) ?? [])
    return PageInspection(pages: pages, fonts: PDFFont.parse(fonts.output), words: words, geometry: geometry)
  }

  /// The text of an untrusted PDF, in reading order: at most 200 pages and 4 MiB.
  /// - Throws: as `inspect`.
  public func text(of pdf: BlobReference, with surroundings: any Surroundings) async throws -> PDFText {
    let outcome = try await look(
      "pdf.text", at: pdf,
      ["pdftotext", "-enc", "UTF-8", "-l", "\(Self.pageLimit)", Self.input, "text.txt"], collecting: "text.txt",
      with: surroundings)
    guard let text = outcome.files["text.txt"], text.size <= 64 * 1024 * 1024 else {
      throw Failure(kind: "unreadablePDF", "The PDF's text could not be read: there is none, or over 64 MiB of it.")
    }
    let bytes = try await surroundings.bytes(of: text)
    return PDFText(formFed: Array(bytes.prefix(Self.textLimit)), isCut: bytes.count > Self.textLimit)
  }

  /// The text of a PDF that a reader can see, page by page, and the number of words that nobody sees: each page is
  /// painted, and a word counts where its place on the page is not of one shade.
  /// - Throws: as `inspect`.
  public func legibleText(of pdf: BlobReference, with surroundings: any Surroundings) async throws -> LegibleText {
    let outcome = try await look(
      "pdf.legible", at: pdf, ["pdftotext", "-bbox", "-cropbox", "-l", "\(Self.pageLimit)", Self.input, "words.html"],
      collecting: "words.html", with: surroundings)
    guard let bytes = try await bytes("words.html", of: outcome, surroundings) else {
      throw Failure(kind: "unreadablePDF", "The PDF's text could not be read: there are over 16 MiB of it.")
    }
    let words = WordBox.parse(bytes)
    guard !words.isEmpty else { return LegibleText([], on: [:]) }
    return LegibleText(words, on: try await pictures(of: pdf, with: surroundings))
  }

  /// The pages as a reader sees them, by their number from 1; the longer side has 800 pixels.
  private func pictures(
    of pdf: BlobReference, with surroundings: any Surroundings
  ) async throws -> [Int: PagePicture] {
    let folder = "pages"
    let outcome = try await look(
      "pdf.pictures", at: pdf,
      ["pdftoppm", "-gray", "-cropbox", "-scale-to", "800", "-l", "\(Self.pageLimit)", Self.input, "\(folder)/page"],
      collecting: folder, into: folder, with: surroundings)
    var pictures: [Int: PagePicture] = [:]
    for file in outcome.files.files where file.path.hasSuffix(".pgm") {
      // page-1.pgm, or page-001.pgm where there are hundreds.
      guard let page = file.path.split(whereSeparator: { $0 == "-" || $0 == "." }).dropLast().last.flatMap({ Int($0) })
      else { continue }
      pictures[page] = PagePicture(try await surroundings.bytes(of: file.blob))
    }
    return pictures
  }

  private static let input = "input.pdf"
  private static let pageLimit = 200
  private static let textLimit = 4 * 1024 * 1024

  private func look(
    _ step: String, at pdf: BlobReference, _ command: [String], collecting path: String? = nil,
    into folder: String? = nil, with surroundings: any Surroundings
  ) async throws -> ProgramOutcome {
    guard pdf.size <= 256 * 1024 * 1024 else {
      throw Failure(kind: "unreadablePDF", "The PDF has more than 256 MiB.")
    }
    var files = [FileTree.File(path: Self.input, blob: pdf)]
    // The programs make no folders.
    if let folder { files.append(.init(path: "\(folder)/none", blob: try await surroundings.keep([]))) }
    let program = ContainedProgram(
      toolchain: .pdf, command: command, files: FileTree(files),
      timeLimitSeconds: timeLimitSeconds / 4, memoryLimitMebibytes: 1024, diskLimitMebibytes: 512,
      collects: path.map { [$0] } ?? [])
    let outcome = try await surroundings.execute(step, program, by: runner, prices: prices)
    guard outcome.succeeded else { throw Self.unreadable(outcome, command[0]) }
    return outcome
  }

  private static func unreadable(_ outcome: ProgramOutcome, _ program: String) -> Failure {
    if let stopped = outcome.stopped {
      return Failure(kind: "unreadablePDF", "\(program) was stopped while it read the PDF: \(stopped)")
    }
    if outcome.errors.contains("Incorrect password") || outcome.exitStatus == 3 {
      return Failure(
        kind: "unreadablePDF", "The PDF is encrypted, or its text may not be copied.",
        advice: "Give it without a password.")
    }
    let first = outcome.errors.split(separator: "\n").first.map { $0.prefix(200) } ?? "it does not say why"
    return Failure(
      kind: "unreadablePDF", "This is no PDF that \(program) can read: \(first).", advice: "Look whether it is whole.")
  }
}
