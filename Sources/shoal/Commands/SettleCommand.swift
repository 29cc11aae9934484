import CommandTable
import Log
import Operations
import PaperModel
import PipelineRules

/// `shoal costs settle`
enum SettleCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "settle", summary: "write on the books what steps cost whose price is not known",
      discussion: """
        A step whose price is not known keeps its reservation. Without --cost, those steps are listed, with what is \
        known of each call: look it up at the provider. With --cost, the amount takes the place of the reservation. \
        If several steps have no price, --step names the one that is meant.
        """,
      arguments: [.init("CAMPAIGN|PAPER", help: "a campaign, paper or run, as `shoal status` shows it")],
      flags: [
        .value("step", .text, as: "STEP", help: "The step, as the list shows it"),
        .value(
          "cost", .money(mostDollars: Money.limitDollars), as: "DOLLARS", help: "What it cost; 0 if it cost nothing"),
      ],
      examples: [
        .init("shoal costs settle grokking-4f2a.1", "Lists the paper's steps whose price is not known."),
        .init("shoal costs settle grokking-4f2a.1 --cost 0.0215", "Settles the only such step."),
      ]),
    run: run)

  struct Document: Codable {
    struct Step: Codable {
      let stream: String
      let step: String
      let reservedNanodollars: Int64
      /// What it was settled at; nil in a list.
      let costNanodollars: Int64?
      /// `unsettled` if its worker ended it, `abandoned` if its worker was lost.
      let state: String
      let begunAt: String
      let endpoint: String?
      let model: String?
      let requestID: String?
      let answerID: String?
      let seenBytes: Int64?
      let reason: String?

      init(_ step: UncertainStep, cost: Money? = nil) {
        let line = step.line
        stream = "\(step.attempt.stream)"
        self.step = step.name
        reservedNanodollars = line.reserved.nanodollars
        costNanodollars = cost?.nanodollars
        state = line.state.rawValue
        begunAt = Timestamp.text(microseconds: line.atMicroseconds)
        endpoint = line.receipt?.endpoint
        model = line.receipt?.model
        requestID = line.receipt?.requestID
        answerID = line.receipt?.answerID
        seenBytes = line.receipt?.seenBytes
        reason = line.receipt?.reason
      }
    }
    let steps: [Step]
  }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let cost = invocation.nanoDollars("cost").map(Money.init(nanodollars:))
    return try await Installation.use(invocation, for: cost == nil ? .reading : .looking) { installation in
      let deployment = installation.deployment
      let stream = try await deployment.find(invocation.argument("CAMPAIGN|PAPER") ?? "")
      var steps = try await deployment.uncertainSteps(of: stream)
      if let name = invocation.text("step") {
        steps = steps.filter { $0.name == name }
        guard !steps.isEmpty else {
          throw OperationError(
            "\(stream.name) has no step “\(name)” whose price is not known. `shoal costs settle \(stream.name)` lists "
              + "them; nothing was changed.")
        }
      }
      guard let cost else {
        let text =
          steps.isEmpty
          ? "The price of every step of \(stream.name) is known." : steps.map(text).joined(separator: "\n\n")
        try terminal.print(text, orJSON: Document(steps: steps.map { .init($0) }), isJSON: invocation.isSet("json"))
        return ExitCode.success
      }
      guard let step = steps.first else {
        throw OperationError("The price of every step of \(stream.name) is known; nothing was changed.")
      }
      guard steps.count == 1 else {
        throw OperationError(
          "\(steps.count) steps of \(stream.name) have no price; --step names one of them: "
            + steps.map(\.name).joined(separator: ", ") + ". Nothing was changed.")
      }
      try await deployment.settle(step, at: cost)
      try terminal.print(
        "\(step.name) cost \(cost); \(step.line.reserved) was kept for it.",
        orJSON: Document(steps: [.init(step, cost: cost)]), isJSON: invocation.isSet("json"))
      return ExitCode.success
    }
  }

  private static func text(_ step: UncertainStep) -> String {
    let line = step.line
    var lines = [
      step.name,
      "  of \(step.attempt.stream), begun \(Timestamp.text(microseconds: line.atMicroseconds)), "
        + "\(line.reserved) is kept for it",
    ]
    guard let receipt = line.receipt else { return (lines + ["  its worker was lost"]).joined(separator: "\n") }
    lines.append("  " + (receipt.model.isEmpty ? "" : "\(receipt.model) at ") + receipt.endpoint)
    let ids = [("request", receipt.requestID), ("answer", receipt.answerID)].filter { !$0.1.isEmpty }
    if !ids.isEmpty { lines.append("  " + ids.map { "\($0.0) \($0.1)" }.joined(separator: ", ")) }
    let counted = receipt.counted.map { "\($0.amount) \($0.kind)" } + ["\(receipt.seenBytes) bytes of text"]
    return (lines + ["  counted: " + counted.joined(separator: ", "), "  \(receipt.reason)"]).joined(separator: "\n")
  }
}

extension UncertainStep {
  /// The name by which `--step` selects it: `grokking-4f2a.1/write.1.model.draft.0.1f0c9a2b3d4e#1`.
  fileprivate var name: String { "\(attempt.stream.name)/\(attempt.step)#\(attempt.attempt)" }
}
