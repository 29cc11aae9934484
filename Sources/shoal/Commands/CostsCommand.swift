import CommandTable
import Operations
import PaperModel

/// `shoal costs`
enum CostsCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "costs", summary: "show what everything cost, to the nano-dollar",
      discussion: """
        Settled is spent. Reserved is set aside for steps that are being taken. Uncertain is set aside for steps whose \
        worker was lost, until it is known what they used.
        """,
      arguments: [.init("CAMPAIGN|PAPER", count: .optional, help: "only what belongs to it")],
      flags: [
        .value(
          "by", .choice(["step", "stage", "paper", "campaign"]), as: "WHAT", help: "What the sums are over",
          default: "stage")
      ],
      examples: [.init("shoal costs --by paper", "One line for each paper.")]),
    run: run)

  struct Document: Codable {
    struct Step: Codable {
      let campaign: String
      let paper: String?
      let stream: String
      let stage: String
      let step: String
      let attempt: Int
      let state: String
      let costNanodollars: Int64
      let reservedNanodollars: Int64
      let uncertainNanodollars: Int64
      let cpuNanoseconds: Int64
    }
    let settledNanodollars: Int64
    let reservedNanodollars: Int64
    let uncertainNanodollars: Int64
    let steps: [Step]

    init(_ report: CostReport) {
      settledNanodollars = report.settled.nanodollars
      reservedNanodollars = report.reserved.nanodollars
      uncertainNanodollars = report.uncertain.nanodollars
      steps = report.lines.map {
        Step(
          campaign: $0.campaign, paper: $0.paper, stream: "\($0.stream)", stage: $0.stage.rawValue, step: $0.step,
          attempt: $0.attempt, state: $0.state, costNanodollars: $0.settled.nanodollars,
          reservedNanodollars: $0.reserved.nanodollars, uncertainNanodollars: $0.uncertain.nanodollars,
          cpuNanoseconds: $0.cpuNanoseconds)
      }
    }
  }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    try await Installation.use(invocation, for: .reading) { installation in
      var stream: StreamID?
      if let name = invocation.argument("CAMPAIGN|PAPER") {
        stream = try await installation.deployment.find(name, among: [.campaign, .paper])
      }
      let report = try await installation.deployment.costs(of: stream)
      try terminal.print(
        text(report, by: invocation.text("by") ?? "stage"), orJSON: Document(report), isJSON: invocation.isSet("json"))
      return ExitCode.success
    }
  }

  private static func text(_ report: CostReport, by what: String) -> String {
    var table = TextTable([
      .init(title: what.uppercased()), .init(title: "SETTLED", isNumber: true),
      .init(title: "RESERVED", isNumber: true), .init(title: "UNCERTAIN", isNumber: true),
    ])
    let sums = report.sums { line in
      switch what {
      case "step": line.step
      case "paper": line.paper ?? "\(line.campaign) itself"
      case "campaign": line.campaign
      default: line.stage.rawValue
      }
    }
    for sum in sums { table.add([sum.key, "\(sum.settled)", "\(sum.reserved)", "\(sum.uncertain)"]) }
    table.add(["all", "\(report.settled)", "\(report.reserved)", "\(report.uncertain)"])
    return table.text(width: 10_000)
  }
}
