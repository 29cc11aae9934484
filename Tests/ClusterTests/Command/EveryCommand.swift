import CommandTable

@testable import shoal

/// One command line of the walk through all commands.
struct CommandStep: Sendable, CustomStringConvertible {
  /// The expected end.
  enum End: Sendable {
    /// By itself, with this status.
    case exited(Int32)
    /// By itself, with a status that depends on this machine.
    case exitedSomehow
    /// By an interrupt, after it has printed the expected text.
    case interrupted
  }

  let words: [String]
  let end: End
  /// The expected output.
  let prints: String

  init(_ line: String, _ end: End = .exited(0), prints: String = "") {
    words = line.split(separator: " ").map(String.init)
    self.end = end
    self.prints = prints
  }

  var description: String { words.joined(separator: " ") }

  /// The command and the flags of the line, as the command table reads it.
  func parsed() throws -> Invocation? {
    guard case .run(let invocation) = try CommandList.program.parse(words) else { return nil }
    return invocation
  }
}

/// Command lines that use every command and every flag at least once, in an order in which each has something to do.
enum EveryCommand {
  /// Stands for the path that `shoal open one.1` prints.
  static let pdf = "PAPER.pdf"

  /// - Parameters:
  ///   - template: a template whose experiments take no time.
  ///   - folder: for what commands write; with files of ideas, `ideas.json` and `more.json`.
  static func steps(template: String, folder: String) -> [CommandStep] {
    let campaign = "--template \(template) --ideas 1"
    let sizes = "--partitions 3 --replication 1 --events-retention 31d"
    let limits = "--parallel 2 --slots 4 --gpus none --give-up-after 3 --dangerously-run-without-sandbox"
    let money = "--scale small --time-limit 1m --budget 2 --device cpu"
    return [
      .init("completion bash", prints: "shoal"),
      .init("template list", prints: "grokking"),
      .init("template check \(template) --dangerously-run-without-sandbox", prints: "can be used"),
      .init("doctor", .exitedSomehow, prints: "There are none. Run `shoal topics create`."),
      .init("topics create \(sizes)", prints: "work.design is created"),
      .init("topics describe --workers 2", prints: "work.design"),
      .init(
        "submit \(campaign) \(money) --name one --when-exhausted dead-letter --scientist sweep --priority 5",
        prints: "one is enqueued"),
      .init("submit \(campaign) --name two --model sweep", prints: "two is enqueued"),
      .init("submit \(campaign) --name own --ideas-from \(folder)/ideas.json", prints: "own is enqueued"),
      .init("submit \(campaign) --name poor --budget 0.000000001", prints: "poor is enqueued"),
      .init("submit \(campaign) --name gone", prints: "gone is enqueued"),
      .init("topics describe", prints: "work.ideate"),
      .init("top --once", prints: "ideate 5"),
      .init("pause two"), .init("resume two", prints: "is resumed"),
      .init("budget two --to 3 --share", prints: "two may cost $3.00 now."),
      .init("cancel gone --reason enough", prints: "gone"),
      .init(
        "worker --stages ideate,novelty,design,run,plot,write,review,revise --drain 5s --name hand "
          + "--metrics 127.0.0.1:0 --until-idle \(limits)"),
      .init("status", prints: "one.1"),
      .init("completion --names PAPER --beginning one.", prints: "one.1"),
      .init("status one --papers 1-1", prints: "one.1"),
      .init("status --json", prints: "\"one.1\""),
      .init("top --once --all", prints: "one"),
      .init("top --every 200ms --all", .interrupted, prints: "CAMPAIGN"),
      .init("budget one.1 --to 10 --raise-campaign", prints: "one.1 may cost $10.00 now."),
      .init("show one.1", prints: "one.1"),
      .init("open one.1", prints: ".pdf"),
      .init("export one.1 --to \(folder)/exported", prints: "exported"),
      .init("review \(pdf) --dangerously-run-without-sandbox", prints: "The review cost"),
      .init("costs --by step", prints: "sandbox.run"),
      .init("costs settle one.1", prints: "The price of every step of one.1 is known."),
      .init("costs settle one.1 --step none --cost 1", .exited(1), prints: "has no step"),
      .init("models", prints: "letters"),
      .init("models check letters", .exited(1), prints: "is a mailbox"),
      .init("prices import \(folder)/litellm.json --date 2026-11-28 --verbose", prints: "prices of one model"),
      .init("prices list", prints: "2026-11-28"),
      .init("mailbox \(folder)/letters --all", prints: "No request is in"),
      .init("logs one.1 --output", prints: "one.1"),
      .init("logs one --follow", .interrupted, prints: "campaign/one"),
      .init("dead list --stage ideate --campaign poor --kind budgetExhausted --since 1h", prints: "poor"),
      .init("dead show poor --stage ideate --campaign poor --kind budgetExhausted --since 1h --raw", prints: "poor"),
      .init(
        "dead replay --stage ideate --campaign poor --kind budgetExhausted --since 1h --set budget=0.000000002 --as-is",
        prints: "continues"),
      .init("worker --until-idle", prints: "given up"),
      .init("dead replay poor --edit", prints: "continues"),
      .init("worker --until-idle", prints: "given up"),
      .init("dead discard --stage ideate --campaign poor --kind budgetExhausted --since 1h", prints: "Discarded"),
      .init("replay one.1 --from review --reason again", prints: "is repeated from review"),
      .init("replay --topic work.design --since 1h --dry-run", prints: "streams would be enqueued"),
      .init("recover", prints: "1 item is enqueued"),
      .init("recover --create-topics \(sizes)", prints: "1 item is enqueued"),
      .init(
        "run \(campaign) \(money) --name three --when-exhausted snooze --scientist sweep --priority 1 \(limits)",
        prints: "three.1"),
      .init("run \(campaign) --name four --model sweep --ideas-from \(folder)/more.json", prints: "four.1"),
      .init("template baseline \(template) \(money) \(limits)", prints: "loss"),
    ]
  }
}
