import CommandTable
import ExperimentTemplates
import Operations
import PaperModel
import Stages

/// The flags that describe a campaign, and how a campaign is made from them.
enum CampaignFlags {
  static let flags: [Flag] = [
    .value(
      "template", short: "t", .text, as: "NAME|DIR",
      help: "The experiment template: grokking, diffusion2d, charlm, or a folder"),
    .value("ideas", short: "n", .integer(0...10_000), as: "N", help: "The number of papers", default: "3"),
    .value(
      "ideas-from", .path, as: "FILE",
      help: "Your own ideas: JSON as in ideas.json, JSON lines or YAML; all of them, or with --ideas N the first N"),
    .value("name", .text, as: "NAME", help: "The campaign's name; generated if not given"),
    .value(
      "scale", .choice(CampaignDefinition.Scale.allCases.map(\.rawValue)), as: "SCALE",
      help: "How much each experiment computes", default: "small"),
    .value(
      "time-limit", .duration(.seconds(1)...(.seconds(7 * 86_400))), as: "TIME",
      help: "The longest that one experiment may take; by default 5m at small scale, 2h at full scale"),
    .value(
      "budget", .money(mostDollars: Money.limitDollars), as: "DOLLARS", help: "The most that the campaign may cost",
      default: "15"),
    .value(
      "when-exhausted", .choice(["dead-letter", "snooze"]), as: "WHAT",
      help: "What happens to a paper whose next step does not fit into its cap", default: "dead-letter"),
    .value(
      "device", .choice(DeviceKind.allCases.map(\.rawValue)), as: "KIND", help: "The device of experiments",
      default: "cpu"),
    .value(
      "scientist", .choice(BuiltInScientists.names), as: "NAME", help: "Who does the science",
      default: BuiltInScientists.standard),
    .value("model", .choice(BuiltInScientists.names), as: "NAME", help: "The same as --scientist"),
    .value(
      "priority", .integer(Priority.range), as: "N",
      help: "From -100 to 100; higher priorities go first", default: "0"),
  ]

  /// The campaign that the flags and the batch file, if any, describe, with the user's own ideas. The template's files
  /// are stored in the blob store.
  /// - Parameter isUncontained: whether the template is read without a sandbox.
  static func request(
    _ invocation: Invocation, file: CampaignOptions = CampaignOptions(), _ installation: Installation,
    _ terminal: Terminal, isUncontained: Bool = false
  ) async throws -> CampaignRequest {
    let wish = options(invocation, file)
    guard let template = wish.template else {
      throw invocation.failure("needs --template NAME|DIR, such as --template grokking")
    }
    let contents = try TemplateChoice.contents(template)
    let campaign = wish.definition(
      try await contents.keep(in: installation.deployment.blobs), prices: installation.settings.prices)
    guard let own = try ownIdeas(wish) else {
      let ideas = [Idea?](repeating: nil, count: campaign.ideas)
      return CampaignRequest(campaign: campaign, runs: BuiltInScientists.usualRuns(of: ideas, by: campaign.scientist))
    }
    let request = try await own.request(
      for: campaign, most: wish.ideas, contents, installation, isUncontained: isUncontained)
    try report(request, own.source, terminal)
    return request
  }

  private static func report(_ request: CampaignRequest, _ source: String, _ terminal: Terminal) throws {
    guard let outcome = request.own else { return }
    for line in outcome.lines(source) { terminal.note(line) }
    guard outcome.taken > 0 else {
      throw OperationError("None of the \(outcome.given) ideas in \(source) can be taken, so nothing is enqueued.")
    }
  }

  /// The file's options, overridden by the flags.
  ///
  /// Not inlined, like `ownIdeas`: the optimiser of Swift 6.3.1 crashes where an async function splits around them.
  @inline(never)
  private static func options(_ invocation: Invocation, _ file: CampaignOptions) -> CampaignOptions {
    var options = file
    options.take(invocation)
    return options
  }

  @inline(never)
  private static func ownIdeas(_ wish: CampaignOptions) throws -> OwnIdeas? {
    if let path = wish.ideasFrom { return try OwnIdeas(reading: path) }
    return wish.listed
  }

  /// Prints a note if the budget can't carry the papers.
  static func noteBudget(_ request: CampaignRequest, _ terminal: Terminal) {
    let campaign = request.campaign
    let least = campaign.budget(carrying: request.runs, papers: campaign.ideas)
    guard campaign.budget < least else { return }
    let papers = campaign.ideas == 1 ? "1 paper" : "\(campaign.ideas) papers"
    terminal.note(
      "\(campaign.name): a budget of \(campaign.budget) is too small for \(papers). Together they usually reserve "
        + "\(least), most of which comes back: "
        + "`shoal budget \(campaign.name) --to \(least.description.dropFirst()) --share` raises it.")
  }

  /// Refuses invalid campaigns before anything is created.
  /// - Parameter runsHere: whether this process executes the experiments.
  /// - Returns: the template's key for `CheckedTemplates`, where it was read and can be used.
  @discardableResult
  static func check(
    _ invocation: Invocation, file: CampaignOptions = CampaignOptions(), runsHere: Bool, _ terminal: Terminal
  ) async throws -> String? {
    guard let template = invocation.text("template") ?? file.template else {
      throw invocation.failure("needs --template NAME|DIR, such as --template grokking")
    }
    if invocation.nanoDollars("budget") == 0 {
      throw invocation.failure("--budget must be more than 0 dollars: nothing could be run")
    }
    _ = try ownIdeas(options(invocation, file))
    let isUncontained = runsHere && invocation.isSet("dangerously-run-without-sandbox")
    return try await TemplateGate(settings: try Settings(invocation), runsHere: runsHere, isUncontained: isUncontained)
      .check(template, terminal)
  }
}
