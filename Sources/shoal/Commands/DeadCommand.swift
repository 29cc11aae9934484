import CommandTable
import MessageLog
import Operations
import PaperModel

/// `shoal dead`
enum DeadCommand {
  static let summary = "list, show, replay and discard dead letters"

  static let list = CommandList.Entry(
    command: Command(
      "list", summary: "list the dead letters",
      discussion: """
        A dead letter is a work item that was given up: it failed permanently, or too often. The rest of its campaign \
        is not affected.
        """,
      arguments: DeadFlags.arguments, flags: DeadFlags.flags,
      examples: [.init("shoal dead list --since 2h", "Lists the dead letters of the last two hours.")]),
    run: { invocation, terminal in
      try await Installation.use(invocation, for: .browsing) { installation in
        let letters = try await DeadFlags.letters(invocation, installation.deployment)
        let documents = letters.map(DeadLetterDocument.init)
        try terminal.print(DeadLetterText.table(letters), orJSON: documents, isJSON: invocation.isSet("json"))
        return ExitCode.success
      }
    })

  static let show = CommandList.Entry(
    command: Command(
      "show", summary: "show dead letters with all their headers",
      discussion: """
        Prints why each was given up, and the bytes of a body that this version can't read. A body is a protobuf \
        message; with --raw its bytes are printed unchanged and nothing else.
        """,
      arguments: DeadFlags.arguments,
      flags: DeadFlags.flags + [.toggle("raw", help: "Print the body of one letter, its bytes unchanged")],
      examples: [
        .init("shoal dead show dead.run:17", "Why it was given up, and after how many attempts."),
        .init("shoal dead show dead.run:17 --raw", "Only the body, for protoc --decode."),
      ]),
    run: show)

  static let discard = CommandList.Entry(
    command: Command(
      "discard", summary: "discard dead letters",
      discussion: "Their papers and runs stay dead; their journals are kept. Needs a name or a filter.",
      arguments: DeadFlags.arguments, flags: DeadFlags.flags,
      examples: [.init("shoal dead discard --kind notNovel", "Discards the letters of ideas that were not new.")]),
    run: discardAll)

  @Sendable private static func show(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    try await Installation.use(invocation, for: .browsing) { installation in
      let letters = try await DeadFlags.letters(invocation, installation.deployment)
      guard !letters.isEmpty else {
        throw OperationError("There are no such dead letters. `shoal dead list` shows all.")
      }
      if invocation.isSet("raw") {
        guard letters.count == 1 else {
          throw invocation.failure("--raw prints one body, and \(letters.count) letters match; name one")
        }
        terminal.printRaw(letters[0].stored.message.body)
      } else {
        try terminal.print(
          letters.map(DeadLetterText.text).joined(separator: "\n\n"), orJSON: letters.map(DeadLetterDocument.init),
          isJSON: invocation.isSet("json"))
      }
      return ExitCode.success
    }
  }

  struct Changed: Codable { let letters: [String] }

  @Sendable private static func discardAll(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    guard DeadFlags.isNarrow(invocation) else {
      throw invocation.failure("needs a name or a filter, so that nothing is discarded by accident")
    }
    return try await Installation.use(invocation) { installation in
      var dropped: [String] = []
      for letter in try await DeadFlags.letters(invocation, installation.deployment)
      where try await installation.deployment.discard(letter) { dropped.append(letter.name) }
      try terminal.print(
        dropped.isEmpty ? "There was nothing to discard." : "Discarded \(dropped.joined(separator: ", ")).",
        orJSON: Changed(letters: dropped), isJSON: invocation.isSet("json"))
      return ExitCode.success
    }
  }
}
