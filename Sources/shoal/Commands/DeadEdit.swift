import CommandTable
import Operations
import PaperModel
import YAML

/// The changes to a dead letter before its replay: given as `--set KEY=VALUE`, or as YAML in an editor.
struct DeadEdit: Decodable, Equatable {
  /// Dollars, as they were typed.
  var budget: String?
  var from: String?
  var reason: String?

  enum CodingKeys: String, CodingKey, CaseIterable { case budget, from, reason }

  static let flags: [Flag] = [
    .toggle("edit", help: "Edit budget, from and reason of each letter in $EDITOR first"),
    .value("set", .text, as: "KEY=VALUE", help: "Change budget, from or reason without an editor", isRepeatable: true),
    .toggle("as-is", help: "Send letters that this version can't read back to their topics, bytes unchanged"),
  ]

  /// Reads `--set`.
  static func read(_ invocation: Invocation) throws -> DeadEdit {
    var edit = DeadEdit()
    for pair in invocation.texts("set") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let key = CodingKeys(rawValue: parts[0]) else {
        let keys = CodingKeys.allCases.map { "\($0.rawValue)=…" }.joined(separator: ", ")
        throw invocation.failure("--set: “\(pair)” is invalid; write \(keys)")
      }
      switch key {
      case .budget: edit.budget = parts[1]
      case .from: edit.from = parts[1]
      case .reason: edit.reason = parts[1]
      }
    }
    do { _ = try edit.change() } catch let error as OperationError { throw invocation.failure("--set: \(error)") }
    return edit
  }

  /// The changes to make.
  /// - Throws: `OperationError` for invalid values.
  func change() throws -> DeadLetterEdit {
    var change = DeadLetterEdit()
    if let budget {
      guard let money = Money(dollars: budget), money > .zero else {
        throw OperationError(
          "budget “\(budget)” is no amount; write dollars such as 2.50, at most \(Money.limitDollars)")
      }
      change.budget = money
    }
    if let from {
      guard let stage = Stage(rawValue: from) else {
        let all = Stage.allCases.map(\.rawValue).joined(separator: ", ")
        throw OperationError("from “\(from)” is no stage; the stages are \(all)")
      }
      change.stage = stage
    }
    if let reason, reason.isEmpty || reason.utf8.count > 1000 {
      throw OperationError("reason must have 1 to 1000 bytes")
    }
    return change
  }

  /// The reason for the journal: the user's text, and what was changed.
  func words(_ usual: String) -> String {
    let changes = [budget.map { "budget $\($0)" }, from.map { "from \($0)" }].compactMap { $0 }
    return ([reason ?? usual] + changes).joined(separator: "; ")
  }

  /// The file that an editor opens.
  static func page(_ letter: DeadLetter, cap: Money, stage: Stage) -> String {
    let error = [letter.header("error-kind"), letter.header("error-message")].compactMap { $0 }.joined(separator: ": ")
    let isRun = letter.stream?.kind == .run
    return """
      # \(letter.name), \(letter.stream?.description ?? "")
      # \(plain(error))
      # Change the values, save and close. An empty file leaves the letter as it is.
      \(isRun ? "# The cap of a run is set by its paper." : "budget: \"\(cap.description.dropFirst())\"")
      from: \(stage.rawValue)
      reason: dead letter replayed by a person

      """
  }

  /// Reads the file after editing; nil if the letter is to stay.
  static func parse(_ bytes: [UInt8], cap: Money, stage: Stage) throws -> DeadEdit? {
    let edit: DeadEdit
    do {
      let document = try YAMLDocument(parsing: bytes, file: "the edited letter")
      if document.root.content == .null { return nil }
      edit = try document.decode(DeadEdit.self)
    } catch { throw OperationError("\(error). The letter stays as it is.") }
    // Unchanged values are no change.
    var kept = edit
    if try edit.change().budget == cap { kept.budget = nil }
    if edit.from == stage.rawValue { kept.from = nil }
    _ = try kept.change()
    return kept
  }

  private static func plain(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }
}
