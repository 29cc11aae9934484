import CommandTable
import ServiceTestSupport
import Testing

@testable import shoal

@Suite struct CommandListTests {
  /// Every command, as the words that select it.
  static let leaves: [[String]] = CommandList.commands.map(\.path)

  private func command(_ path: [String]) -> Command? {
    path.reduce(CommandList.program.root) { command, name in command?.subcommands.first { $0.name == name } }
  }

  @Test(arguments: leaves) func `help of every command explains it and shows an example`(_ path: [String]) async throws
  {
    let run = try await CommandRun.of(path + ["--help"])
    #expect(run.code == 0)
    #expect(run.output.hasPrefix("shoal \(path.joined(separator: " ")): "))
    #expect(run.output.contains("Examples:"))
    #expect(run.errors.isEmpty)
    #expect(try #require(command(path)).discussion.count > 20)
  }

  @Test(arguments: leaves) func `every example is a line that the command understands`(_ path: [String]) throws {
    for example in try #require(command(path)).examples {
      let words = example.line.split(separator: " ").map(String.init)
      #expect(Array(words.prefix(path.count + 1)) == ["shoal"] + path)
      guard case .run(let invocation) = try CommandList.program.parse(Array(words.dropFirst())) else {
        Issue.record("\(example.line) does not run")
        continue
      }
      #expect(invocation.path == ["shoal"] + path)
    }
  }

  @Test(arguments: Shell.allCases) func `a completion script knows every command`(_ shell: Shell) async throws {
    let run = try await CommandRun.of(["completion", shell.rawValue])
    #expect(run.code == 0)
    for path in Self.leaves { #expect(run.output.contains(path[path.count - 1])) }
  }

  @Test func `names that complete an argument are of its kinds and begin with what is typed`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      func names(_ kinds: String, _ text: String? = nil) async throws -> String {
        let words = ["completion", "--names", kinds] + (text.map { ["--beginning", $0] } ?? [])
        return try await CommandRun.of(words, data: folder).output
      }
      #expect(try await names("CAMPAIGN") == "made\n")
      #expect(try await names("PAPER") == "made.1\nmade.2\n")
      #expect(try await names("PAPER|RUN|CAMPAIGN", "made.1") == "made.1\nmade.1.v1r0\n")
      #expect(try await names("CAMPAIGN|PAPER|RUN", "ma") == "made\nmade.1\nmade.2\n")
      #expect(try await names("CAMPAIGN", "x").isEmpty)
      #expect(try await CommandRun.of(["completion"]).code == 2)
    }
  }

  @Test func `the version is printed`() async throws {
    let run = try await CommandRun.of(["--version"])
    #expect(run.output == "shoal \(Shoal.version)\n")
  }

  @Test func `help ends in one line break`() async throws {
    let text = try await CommandRun.of(["--help"]).output
    #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
  }

  @Test func `help and version are commands too`() async throws {
    let help = try await CommandRun.of(["help", "run"])
    #expect(help.output == (try await CommandRun.of(["run", "--help"])).output)
    #expect((try await CommandRun.of(["help"])).output == (try await CommandRun.of(["--help"])).output)
    #expect((try await CommandRun.of(["version"])).output == "shoal \(Shoal.version)\n")
    #expect((try await CommandRun.of(["help", "rum"])).errors.contains("did you mean run?"))
  }

  @Test func `only commands that work announce that they finish what is in progress`() throws {
    let working = CommandList.commands.filter(\.entry.isWorking).map(\.path)
    #expect(Set(working) == [["run"], ["worker"], ["review"], ["template", "baseline"]])
  }
}
