import CommandTable
import Operations
import PaperModel
import Projections

/// `shoal costs`
enum CostsCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "costs", summary: "show all costs, to the nano-dollar",
      discussion: """
        Settled money is spent. Reserved money is set aside for open steps, and for runs that have not ended: the rest \
        of their allowances is listed as the step “allowance”. Uncertain money is set aside for steps that are over \
        and whose cost is not known: their worker was lost, or a provider did not say the price. `shoal costs settle` \
        lists and settles them. `shoal status` shows reserved and uncertain together as held.
        """,
      arguments: [.init("CAMPAIGN|PAPER", count: .optional, help: "only this campaign, paper or run")],
      flags: [
        .value(
          "by", .choice(CostGroup.allCases.map(\.rawValue)), as: "WHAT", help: "What to sum up by",
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
    /// What is wrong with each damaged journal, whose own steps are missing; nil if there is none.
    let damaged: [String]?

    init(_ report: CostReport) {
      settledNanodollars = report.settled.nanodollars
      reservedNanodollars = report.reserved.nanodollars
      uncertainNanodollars = report.uncertain.nanodollars
      damaged = report.damaged.isEmpty ? nil : report.damaged.map(\.message)
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
      if invocation.isSet("json") {
        let report = try await installation.deployment.costs(of: stream)
        for damage in report.damaged { terminal.note("\(damage) Its steps are missing here.") }
        terminal.print(try Report.json(Document(report)))
        return ExitCode.success
      }
      let group = invocation.text("by").flatMap(CostGroup.init) ?? .stage
      let campaign = stream.flatMap { StreamID(.campaign, $0.campaignName) }
      let board = try await installation.board(of: campaign, report: terminal.note)
      terminal.print(text(try await board.sums(of: stream, by: group), by: group))
      return ExitCode.success
    }
  }

  private static func text(_ sums: [CostSum], by group: CostGroup) -> String {
    var table = TextTable([
      .init(title: group.rawValue.uppercased()), .init(title: "SETTLED", isMoney: true),
      .init(title: "RESERVED", isMoney: true), .init(title: "UNCERTAIN", isMoney: true),
    ])
    for sum in sums + [CostSum(key: "all", amounts: sums.reduce(Amounts()) { $0 + $1.amounts })] {
      table.add([sum.key, "\(sum.amounts.settled)", "\(sum.amounts.reserved)", "\(sum.amounts.uncertain)"])
    }
    return table.text(width: 10_000)
  }
}
