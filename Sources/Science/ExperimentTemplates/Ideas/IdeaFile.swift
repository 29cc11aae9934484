public import PaperModel
public import YAML

/// Reads a person's ideas: v1's `ideas.json` and `seed_ideas.json`, the same as JSON lines, and YAML.
///
/// Each idea is an object with the strings `Name`, `Title` and `Experiment`, and optionally the whole numbers
/// `Interestingness`, `Feasibility` and `Novelty` from 1 to 10 and the flag `novel`. Other fields are ignored.
public struct IdeaFile: Sendable, Hashable {
  /// The most bytes of a file: 32 MiB.
  public static let mostBytes = 32 << 20
  /// The most ideas of a file.
  public static let mostIdeas = 10_000
  /// The limits of a YAML document with this many ideas.
  public static var limits: YAMLLimits {
    var limits = YAMLLimits()
    limits.byteCount = mostBytes
    limits.nodeCount = 1_000_000
    return limits
  }

  public private(set) var ideas: [ProposedIdea] = []
  /// The ideas that can't be read, each with the reason. The others are not affected.
  public private(set) var refused: [RefusedIdea] = []

  /// Reads a file: a JSON list, JSON lines, or YAML, depending on its first character.
  /// - Throws: `IdeaFileError` if the file as a whole can't be read as ideas.
  public init(parsing bytes: [UInt8], file: String) throws(IdeaFileError) {
    guard bytes.count <= Self.mostBytes else {
      throw IdeaFileError("\(file) is larger than \(Self.mostBytes >> 20) MiB. Cut it into several files.")
    }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    let start = text.firstIndex { !JSONItems.isSpace($0) }
    switch start.map({ text[$0] }) {
    case nil: throw IdeaFileError("\(file) is empty. Give it a list of ideas.")
    case UInt8(ascii: "["): try take(JSONItems(list: text, line: 1), of: file)
    case UInt8(ascii: "{"):
      if let one = try? StrictJSON.parse(Array(text)) {
        try take([(1, one)], of: file)
      } else {
        try take(JSONItems(lines: text), of: file)
      }
    default: try take(yaml: Array(text), of: file)
    }
  }

  /// Reads ideas within another YAML document, such as a batch file.
  /// - Throws: `IdeaFileError` if the node is not a list.
  public init(_ node: YAMLNode, file: String) throws(IdeaFileError) {
    guard case .list(let items) = node.content else {
      throw IdeaFileError("\(file), line \(node.mark.line): the ideas are no list. Begin each with `- Name: …`.")
    }
    try take(items.map { ($0.mark.line, StrictJSON($0)) }, of: file)
  }

  private mutating func take(_ list: JSONItems, of file: String) throws(IdeaFileError) {
    if let problem = list.problem, list.items.isEmpty {
      throw IdeaFileError("\(file), line \(problem.line): \(problem.reason). Correct the file.")
    }
    try check(list.items.count, in: file)
    for (index, item) in list.items.enumerated() {
      do { take(try StrictJSON.parse(Array(item.bytes)), number: index + 1, line: item.line) } catch {
        refuse(index + 1, item.line, nil, "It is no JSON, \(error).")
      }
    }
    if let problem = list.problem {
      refuse(list.items.count + 1, problem.line, nil, "It can't be read: \(problem.reason).")
    }
  }

  private mutating func take(yaml text: [UInt8], of file: String) throws(IdeaFileError) {
    let document: YAMLDocument
    do { document = try YAMLDocument(parsing: text, file: file, limits: Self.limits) } catch {
      throw IdeaFileError("\(error). Correct the file: it is read as YAML, for it begins with neither [ nor {.")
    }
    self = try IdeaFile(document.root, file: file)
  }

  private mutating func take(_ items: [(line: Int, value: StrictJSON)], of file: String) throws(IdeaFileError) {
    try check(items.count, in: file)
    for (index, item) in items.enumerated() { take(item.value, number: index + 1, line: item.line) }
  }

  private func check(_ count: Int, in file: String) throws(IdeaFileError) {
    guard count > 0 else { throw IdeaFileError("\(file) holds no ideas. Give it a list of them.") }
    guard count <= Self.mostIdeas else {
      throw IdeaFileError(
        "\(file) holds \(count) ideas; one campaign takes \(Self.mostIdeas). Cut it into several files.")
    }
  }

  private mutating func refuse(_ number: Int, _ line: Int, _ name: String?, _ reason: String) {
    refused.append(RefusedIdea(number: number, line: line, name: name, reason: reason))
  }

  private mutating func take(_ value: StrictJSON, number: Int, line: Int) {
    guard case .object(let entries) = value else {
      return refuse(number, line, nil, "It is no object. Write it as {\"Name\": …, \"Title\": …, \"Experiment\": …}.")
    }
    func text(_ key: String) -> String? {
      guard case .text(let text)? = entries[key] else { return nil }
      let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return words.isEmpty ? nil : words
    }
    let name = text("Name")
    let missing = ["Name", "Title", "Experiment"].filter { text($0) == nil }
    guard missing.isEmpty, let name, let title = text("Title"), let experiment = text("Experiment") else {
      return refuse(number, line, name, "It lacks \(missing.joined(separator: " and ")), which must be text.")
    }
    // The titles of a whole campaign are in one journal entry.
    if name.utf8.count > 100 || title.utf8.count > 600 || experiment.utf8.count > 10_000 {
      return refuse(
        number, line, String(name.prefix(60)),
        "It is too long: a Name has at most 100 bytes, a Title 600, an Experiment 10,000.")
    }
    if case .boolean(false)? = entries["novel"] {
      return refuse(number, line, name, "It is marked as not novel. Remove `novel` to have it done all the same.")
    }
    var scores: [String: Int] = [:]
    for key in ["Interestingness", "Feasibility", "Novelty"] {
      switch entries[key] {
      case nil, .null?: continue
      case .number(let score)? where score == score.rounded() && (1...10).contains(score): scores[key] = Int(score)
      default: return refuse(number, line, name, "Its \(key) is no whole number from 1 to 10.")
      }
    }
    ideas.append(
      ProposedIdea(
        number: number, line: line, name: name, title: title, experiment: experiment,
        interestingness: scores["Interestingness"], feasibility: scores["Feasibility"], novelty: scores["Novelty"]))
  }
}

/// Why a file can't be read as ideas, in a sentence that says what to do.
public struct IdeaFileError: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

extension StrictJSON {
  /// The same in YAML. A plain number is a number; a quoted one is a string.
  fileprivate init(_ node: YAMLNode) {
    switch node.content {
    case .null: self = .null
    case .bool(let value): self = .boolean(value)
    case .integer(let value, _): self = .number(Double(value))
    case .number(let value, _): self = .number(value)
    case .string(let text): self = .text(text)
    case .list(let items): self = .list(items.map(StrictJSON.init))
    case .mapping(let pairs):
      self = .object(Dictionary(pairs.map { ($0.key, StrictJSON($0.value)) }) { _, last in last })
    }
  }
}
