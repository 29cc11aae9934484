import CommandTable
import Operations
import PaperModel
import PipelineRules

/// `shoal dead replay`
enum DeadReplay {
  static let entry = CommandList.Entry(
    command: Command(
      "replay", summary: "continue streams that were given up",
      discussion: """
        Each stream continues from the stage where it ended. Finished steps are not paid for again. Fix the cause \
        first: raise a budget, correct a template, install a program. Without names or filters all letters are \
        replayed.

        With --edit the editor shows the values that can be changed for each letter: budget, the most that its stream \
        may cost; from, the stage to continue from; and reason, for the journal. --set does the same without an \
        editor. Letters that this version can't read stay where they are, unless --as-is sends them back to their \
        topics, bytes unchanged: use it after an upgrade.
        """,
      arguments: DeadFlags.arguments, flags: DeadFlags.flags + DeadEdit.flags,
      examples: [
        .init("shoal dead replay --kind budgetExhausted", "After a raise: all that had exhausted their budget."),
        .init(
          "shoal dead replay made.2 --set budget=0.50 --set from=design", "With a higher cap, from an earlier stage."),
        .init("shoal dead replay made.2 --edit", "After editing its values."),
      ]),
    run: run)

  private static let usual = "dead letter replayed by a person"

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let set = try DeadEdit.read(invocation)
    if invocation.isSet("edit"), invocation.isSet("set") || invocation.isSet("json") || invocation.isSet("as-is") {
      throw invocation.failure("--edit goes with neither --set nor --as-is nor --json")
    }
    return try await Installation.use(invocation) { installation in
      let letters = try await DeadFlags.letters(invocation, installation.deployment)
      var replayed: [String] = []
      var failed = 0
      for letter in letters {
        do {
          let isTakenUp = try await replay(letter, set, invocation, installation.deployment, terminal)
          if isTakenUp { replayed.append(letter.name) }
        } catch let error as OperationError {
          failed += 1
          terminal.complain("\(letter.name): \(error)")
        }
      }
      if invocation.isSet("json") { terminal.print(try Report.json(DeadCommand.Changed(letters: replayed))) }
      if letters.isEmpty { terminal.note("There was nothing to replay.") }
      return failed == 0 ? ExitCode.success : ExitCode.failure
    }
  }

  private static func replay(
    _ letter: DeadLetter, _ set: DeadEdit, _ invocation: Invocation, _ deployment: Deployment, _ terminal: Terminal
  ) async throws -> Bool {
    if letter.item == nil, invocation.isSet("as-is") {
      try await deployment.sendBack(letter)
      if !invocation.isSet("json") { terminal.print("\(letter.name) is sent back, its bytes unchanged.") }
      return true
    }
    var edit = set
    if invocation.isSet("edit"), let stream = letter.stream {
      let state = try await deployment.state(of: stream)
      let stage = if case .dead(let stage, _) = state.end { stage } else { state.stage }
      let bytes = try await Editor.edit(
        DeadEdit.page(letter, cap: state.cap, stage: stage), environment: Settings.environment)
      guard let changed = try DeadEdit.parse(bytes, cap: state.cap, stage: stage) else {
        terminal.note("\(letter.name) stays as it is.")
        return false
      }
      edit = changed
    }
    guard try await deployment.replay(letter, edit: try edit.change(), reason: edit.words(usual)) else {
      terminal.note("\(letter.name) was discarded: its stream continues already, or has ended otherwise.")
      return false
    }
    if !invocation.isSet("json") {
      terminal.print("\(letter.name) \(letter.stream?.name ?? "") continues.")
    }
    return true
  }
}
