/// Reads LaTeX's log. A log is untrusted text, so every list and every text has a limit.
public struct LaTeXLogParser: Sendable {
  /// Loose boxes are listed from this badness on.
  public var underfullBadness: Int

  public init(underfullBadness: Int = 10_000) { self.underfullBadness = underfullBadness }

  /// Reads a log; only the first 4 MiB of a longer one.
  public func parse(_ bytes: [UInt8]) -> LaTeXLog {
    let (lines, isCut) = LogLines.of(bytes)
    var reader = LogReader(lines: lines, underfullBadness: underfullBadness)
    reader.log.isCut = isCut
    while reader.readNext() {}
    return reader.log
  }
}

/// Reads the lines of a log one after another.
struct LogReader {
  let lines: [String]
  let underfullBadness: Int
  var log = LaTeXLog()
  private var index = 0

  init(lines: [String], underfullBadness: Int) {
    self.lines = lines
    self.underfullBadness = underfullBadness
  }

  /// Reads the entry that begins at the next line; false at the end.
  mutating func readNext() -> Bool {
    guard index < lines.count else { return false }
    let line = lines[index]
    index += 1
    if line.hasPrefix("! ") {
      readError(message: line.dropFirst(2), file: nil, line: nil)
    } else if line.hasPrefix("!pdfTeX error: ") {
      readError(message: line.dropFirst(1), file: nil, line: nil)
    } else if let (file, number, message) = Self.located(line) {
      readError(message: message, file: file, line: number)
    } else if line.hasPrefix("Overfull \\") {
      readOverfull(line)
    } else if line.hasPrefix("Underfull \\") {
      readUnderfull(line)
    } else if let (speaker, message) = Self.warning(line) {
      readWarning(speaker: speaker, message: message)
    } else if line.hasPrefix("Missing character: ") {
      append(line, to: \.fontWarnings)
    } else if line.contains("pdfTeX warning") {
      append(Substring(line), to: \.warnings)
    } else if line.hasPrefix("No file ") {
      readMissing(line)
    } else if line.hasPrefix("File: "), let name = line.dropFirst(6).split(separator: " ").first,
      line.contains("Graphic file")
    {
      append(name, to: \.graphics)
    }
    return true
  }

  /// `./paper.tex:12: message`, as with `-file-line-error`.
  private static func located(_ line: String) -> (file: String, line: Int, message: Substring)? {
    let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let number = Int(parts[1]), number >= 0, !parts[0].contains(" "),
      parts[0].contains("."), parts[2].hasPrefix(" ")
    else { return nil }
    let file = parts[0].hasPrefix("./") ? parts[0].dropFirst(2) : parts[0]
    return (String(file.prefix(200)), number, parts[2].dropFirst())
  }

  private mutating func readError(message: Substring, file: String?, line: Int?) {
    guard !message.contains("==> Fatal error occurred"), !message.hasPrefix("Emergency stop") else { return }
    var problem = LaTeXLog.Problem(message: Self.cut(message), file: file, line: line)
    // The line number follows a few lines later: `l.12 text before`, then the text after it, indented to where TeX
    // stopped.
    for ahead in lines[index...].prefix(30) {
      if ahead.hasPrefix("! ") || Self.located(ahead) != nil { break }
      guard ahead.hasPrefix("l."), let end = ahead.firstIndex(of: " ") ?? Optional(ahead.endIndex),
        let number = Int(ahead[ahead.index(ahead.startIndex, offsetBy: 2)..<end])
      else { continue }
      problem.line = problem.line ?? number
      problem.context = Self.cut(ahead[end...].drop { $0 == " " })
      break
    }
    if let name = Self.quoted(message), message.contains("not found") { append(name, to: \.missingFiles) }
    if log.errors.count < 200 { log.errors.append(problem) } else { log.isCut = true }
  }

  private mutating func readOverfull(_ line: String) {
    guard let open = line.firstIndex(of: "("), let unit = line[open...].firstRange(of: "pt too ") else { return }
    guard let points = Double(line[line.index(after: open)..<unit.lowerBound]), points.isFinite, abs(points) < 1e6,
      log.overfull.count < 200
    else {
      log.isCut = true
      return
    }
    let place = line[unit.upperBound...].drop { $0 != ")" }.dropFirst().drop { $0 == " " }
    log.overfull.append(
      LaTeXLog.Overfull(
        isVertical: line.hasPrefix("Overfull \\vbox"), milliPoints: Int((points * 1000).rounded()),
        place: Self.cut(place)))
  }

  private mutating func readUnderfull(_ line: String) {
    guard let start = line.firstRange(of: "(badness ")?.upperBound,
      let badness = Int(line[start...].prefix { $0.isNumber }), badness >= underfullBadness
    else { return }
    append(Substring(line), to: \.underfull)
  }

  /// `LaTeX Warning: …`, `LaTeX Font Warning: …`, `Package natbib Warning: …`, `Class article Warning: …`.
  private static func warning(_ line: String) -> (speaker: String, message: Substring)? {
    guard line.hasPrefix("LaTeX ") || line.hasPrefix("Package ") || line.hasPrefix("Class "),
      let mark = line.firstRange(of: "Warning: ")
    else { return nil }
    let speaker = line[..<mark.lowerBound].split(separator: " ")
    guard speaker.count <= 3 else { return nil }
    return (speaker.count == 1 ? "LaTeX" : String(speaker[1]), line[mark.upperBound...])
  }

  private mutating func readWarning(speaker: String, message first: Substring) {
    var message = String(first)
    // Packages continue their message in lines that begin with their name in parentheses.
    while index < lines.count, message.count < 600, lines[index].hasPrefix("(\(speaker))") {
      message += " " + lines[index].dropFirst(speaker.count + 2).drop { $0 == " " }
      index += 1
    }
    let isUndefined = message.contains("undefined")
    if message.contains("Rerun") || message.contains("rerun") || message.contains("has changed") {
      log.wantsRerun = true
    } else if isUndefined, message.hasPrefix("Reference `"), let key = Self.quoted(message[...]) {
      append(key, to: \.undefinedReferences)
    } else if isUndefined, message.hasPrefix("Citation "), let key = Self.quoted(message[...]) {
      append(key, to: \.undefinedCitations)
    } else if message.contains("multiply defined"), let key = Self.quoted(message[...]) {
      append(key, to: \.duplicateLabels)
    } else if message.hasPrefix("File `"), message.contains("not found"), let name = Self.quoted(message[...]) {
      append(name, to: \.missingFiles)
    } else if speaker == "Font" {
      append(message[...], to: \.fontWarnings)
    } else if message.hasPrefix("There were undefined") || message.hasPrefix("There were multiply-defined") {
      return
    } else {
      append("\(speaker): \(message)"[...], to: \.warnings)
    }
  }

  private mutating func readMissing(_ line: String) {
    // A first run finds none of the files that runs make themselves.
    let name = line.dropFirst(8).prefix { $0 != " " }
    let file = name.hasSuffix(".") ? name.dropLast() : name
    let made = [".aux", ".toc", ".out", ".bbl", ".lof", ".lot", ".ind", ".brf"]
    if !made.contains(where: file.hasSuffix) { append(file, to: \.missingFiles) }
  }

  /// The text between a backquote and a quote.
  private static func quoted(_ message: Substring) -> Substring? {
    guard let start = message.firstIndex(of: "`"), let end = message[start...].firstIndex(of: "'") else { return nil }
    return message[message.index(after: start)..<end]
  }

  private mutating func append(_ text: some StringProtocol, to list: WritableKeyPath<LaTeXLog, [String]>) {
    let text = Self.cut(text)
    guard !log[keyPath: list].contains(text) else { return }
    if log[keyPath: list].count < 200 { log[keyPath: list].append(text) } else { log.isCut = true }
  }

  private static func cut(_ text: some StringProtocol) -> String {
    text.count > 300 ? text.prefix(299) + "…" : String(text)
  }
}
