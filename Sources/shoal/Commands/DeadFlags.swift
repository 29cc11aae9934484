import CommandTable
import Operations
import PaperModel

/// Selects dead letters by flags.
enum DeadFlags {
  static let arguments: [Argument] = [
    .init(
      "NAME", count: .any,
      help: "letters such as dead.run:17 (on a cluster dead.run:0:17, with the partition), or papers and runs; all "
        + "if none is given")
  ]

  static let flags: [Flag] = [
    .value("stage", .choice(Stage.allCases.map(\.rawValue)), as: "STAGE", help: "Only those of this stage"),
    .value("campaign", .text, as: "CAMPAIGN", help: "Only those of this campaign"),
    .value("kind", .text, as: "KIND", help: "Only those with an error of this kind, such as budgetExhausted"),
    .value(
      "since", .duration(.seconds(1)...(.seconds(3650 * 86_400))), as: "TIME", help: "Only those of this last period"),
  ]

  /// Whether any flag narrows the selection.
  static func isNarrow(_ invocation: Invocation) -> Bool {
    !invocation.arguments("NAME").isEmpty || flags.contains { invocation.isSet($0.name) }
  }

  /// The selected letters.
  /// - Throws: `OperationError` if a given name or campaign has none.
  static func letters(
    _ invocation: Invocation, _ deployment: Deployment, clock: any WallClock = MachineClock()
  ) async throws -> [DeadLetter] {
    var filter = DeadLetterFilter()
    filter.stage = invocation.text("stage")
    filter.kind = invocation.text("kind")
    if let campaign = invocation.text("campaign") {
      filter.campaign = try await deployment.find(campaign, among: [.campaign]).name
    }
    if let since = invocation.duration("since") {
      filter.sinceMicroseconds = clock.nowMicroseconds - since.components.seconds * 1_000_000
    }
    let names = invocation.arguments("NAME")
    if !names.isEmpty { filter.names = Set(names) }
    let letters = try await deployment.deadLetters(filter)
    for name in names where !letters.contains(where: { $0.name == name || $0.stream?.name == name }) {
      throw OperationError("There is no such dead letter “\(name)”. `shoal dead list` shows all; nothing was changed.")
    }
    return letters
  }
}
