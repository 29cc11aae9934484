import ChildProcesses
import CommandTable
import Foundation
import ServiceTestSupport
import Testing

@testable import shoal

/// Every command and every flag of the command table, run by the release binary on a real broker with messages on it.
@Suite(.serialized) struct EveryCommandTests {
  private static let steps = EveryCommand.steps(template: "T", folder: "F")

  /// The commands and flags of the table, as `shoal dead list --since`; those of all commands as `shoal --json`.
  private static let all: Set<String> = {
    let own = CommandList.commands.flatMap { path, entry in
      let words = (["shoal"] + path).joined(separator: " ")
      return [words] + entry.command.flags.map { "\(words) --\($0.name)" }
    }
    // Every step has the flags of the cluster; --help runs nothing.
    let given: Set = ["brokers", "store", "data", "help"]
    return Set(own + CommandList.program.commonFlags.filter { !given.contains($0.name) }.map { "shoal --\($0.name)" })
  }()

  @Test func `every command and every flag has a step`() throws {
    var missing = Self.all
    for step in Self.steps {
      let invocation = try #require(try step.parsed(), "\(step)")
      let words = invocation.path.joined(separator: " ")
      missing.remove(words)
      for word in step.words where word.hasPrefix("--") {
        missing.remove("\(words) \(word)")
        missing.remove("shoal \(word)")
      }
    }
    #expect(missing.isEmpty, "EveryCommand.steps gives no \(missing.sorted().joined(separator: ", "))")
  }

  @Test(
    .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)), .timeLimit(.minutes(8)))
  func `every command line ends and prints as expected`() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-every-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, values) in [("ideas", "0.1 and 0.9"), ("more", "0.2 and 0.8")] {
      let idea = #"[{"Name": "own", "Title": "Momentum in a Bowl", "Experiment": "Set momentum to \#(values)."}]"#
      try Data(idea.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name).json"))
    }
    var machine = try Machine(
      "\(folder)/desk", brokers: try await SharedBroker.cluster().brokers, store: "\(folder)/store",
      prefix: SharedBroker.prefix())
    let models =
      "models: {letters: {protocol: mailbox, endpoint: \(folder)/letters, context: 9, output: 9, free: true}}"
    try Data(models.utf8).write(to: URL(fileURLWithPath: "\(folder)/models.yaml"))
    machine.environment["SHOAL_MODELS"] = "\(folder)/models.yaml"
    let price = #"{"m": {"mode": "chat", "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}}"#
    try Data(price.utf8).write(to: URL(fileURLWithPath: "\(folder)/litellm.json"))
    // An editor that changes nothing.
    machine.environment["EDITOR"] = "/bin/true"
    for step in EveryCommand.steps(template: Machine.template, folder: folder) {
      try await Self.check(step, on: machine)
    }
  }

  private static func check(_ step: CommandStep, on machine: Machine) async throws {
    var words = step.words
    if let place = words.firstIndex(of: EveryCommand.pdf) {
      let opened = try await machine.expect(0, ["open", "one.1"]).split(separator: "\n")
      words[place] = String(try #require(opened.first { $0.hasSuffix(".pdf") }))
    }
    if case .interrupted = step.end {
      return try await WatchedCommand.run(words, on: machine) { command in
        try await command.said { $0.contains(step.prints) }
      }
    }
    let report = try await machine.run(words, limit: .seconds(180))
    let text = report.output.text + report.errors.text
    let isGood =
      switch step.end {
      case .exited(let status): report.end == .exited(status)
      case .exitedSomehow: [.exited(0), .exited(1)].contains(report.end)
      case .interrupted: false
      }
    #expect(isGood, "\(step): \(report.end) \(text)")
    #expect(step.prints.isEmpty || text.contains(step.prints), "\(step): \(text)")
  }
}
