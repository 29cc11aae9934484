import FoundationEssentials
import ServiceTestSupport
import Testing

@testable import shoal

@Suite struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    let code: Int32
    let says: String
    init(_ line: String, _ code: Int32, _ says: String) {
      self.line = line
      self.code = code
      self.says = says
    }
    var words: [String] { line.split(separator: " ").map(String.init) }
    var testDescription: String { line }
  }

  static let cases: [Case] = [
    Case("status nobody", 1, "There is no campaign “nobody”"), Case("show nobody", 1, "“nobody”"),
    Case("show ../etc", 1, "“../etc”"), Case("open made.2", 1, "made.2 has no PDF yet"),
    Case("open nobody", 1, "There is no paper “nobody”"), Case("logs nobody", 1, "“nobody”"),
    Case("costs made.1.v1r0", 1, "There is no campaign or paper"), Case("costs --by colour", 2, "--by"),
    Case("dead show dead.run:17", 1, "no such dead letter “dead.run:17”"),
    Case("dead replay made.1", 1, "no such dead letter “made.1”"), Case("dead discard", 2, "a name or a filter"),
    Case("dead list --stage nowhere", 2, "--stage"), Case("dead list --since soon", 2, "--since"),
    Case("dead list --campaign nobody", 1, "There is no campaign “nobody”"),
    Case("replay made.1", 2, "--from is missing"), Case("replay made.1 --from run", 2, "--from"),
    Case("replay nobody --from write", 1, "There is no paper “nobody”"),
    Case("replay made.2 --from write", 1, "has no result of design"), Case("pause nobody", 1, "“nobody”"),
    Case("resume made.1", 1, "There is no campaign “made.1”"), Case("cancel nobody", 1, "“nobody”"),
    Case("budget made", 2, "--to is missing"), Case("budget made --to -3", 2, "--to"),
    Case("budget made --to lots", 2, "--to"), Case("budget made --to 1000000001", 2, "at most 1000000000"),
    Case("submit --template grokking --budget 9223372036", 2, "at most 1000000000"),
    Case("budget made --to 0.5", 1, "Name at least"),
    Case("budget made.1 --to 0.9", 1, "over its budget of $1.00"),
    Case("budget made.1 --to 0.1 --share", 2, "--share is for a campaign"),
    Case("budget made.1.v1r0 --to 1", 1, "There is no campaign or paper"),
    Case("export made.1", 2, "--to is missing"), Case("export nobody --to /tmp/never", 1, "There is no paper"),
    Case("review /no/such/file.pdf", 1, "There is no file /no/such/file.pdf"),
    Case("review /tmp", 1, "it is not a file"),
    Case("template check /no/such/folder", 1, "can't be read"), Case("template check nosuch", 2, "no template"),
    Case("template baseline nosuch", 2, "no template"), Case("completion csh", 2, "bash, zsh, fish"),
    Case("submit", 2, "needs --template"), Case("submit --template nosuch", 2, "no template"),
    Case("submit --template grokking --scientist nobody", 2, "one of sweep"),
    Case("submit --template grokking --model nobody", 2, "one of sweep"),
    Case("submit /no/such/batch.yaml", 1, "There is no file"),
    Case("submit --template grokking --name made", 1, "already"),
    Case("submit --template grokking --name Not!", 1, "can't name a campaign"),
    Case("submit --template grokking --name a.b", 1, "can't name a campaign"),
    Case("submit --template grokking --budget much", 2, "--budget"), Case("run --ideas many", 2, "--ideas"),
    Case("worker --stages nowhere", 2, "“nowhere” is no stage"), Case("sing", 2, "unknown command sing"),
    Case("recover now", 2, "one word too many"),
    Case("recover --partitions 3", 2, "--partitions is for --create-topics"),
    Case("recover --create-topics", 2, "only a cluster has topics"),
  ]

  @Test(arguments: cases) func `a bad command line gets one sentence and an exit code`(_ line: Case) async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let run = try await CommandRun.of(line.words, data: folder)
      #expect(run.code == line.code)
      #expect(run.errors.contains(line.says), "\(run.errors)")
      #expect(run.output.isEmpty)
      #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }
  }

  static let looking = [
    "status", "costs", "logs", "show made.1", "open made.1", "dead list", "pause made", "cancel made", "recover",
    "budget made --to 3", "replay made.1 --from write", "export made.1 --to /tmp/never", "run",
  ]

  @Test(arguments: looking) func `an empty folder stays unchanged`(_ line: String) async throws {
    try await withTemporaryFolder { folder in
      for data in [folder, folder + "/not/there"] {
        let run = try await CommandRun.of(line.split(separator: " ").map(String.init), data: data)
        #expect(run.code == 1)
        #expect(run.errors.contains("There is no data in \(data)"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test func `a template that is not there leaves no data folder behind`() async throws {
    try await withTemporaryFolder { folder in
      for line in [
        ["run", "--template", "nosuch"], ["submit", "--template", "nosuch"], ["template", "baseline", "x"],
      ] {
        let run = try await CommandRun.of(line, data: folder + "/data")
        #expect(run.code == 2)
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/data"))
    }
  }

  @Test func `a damaged database is named and left as it is`() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/shoal.sqlite"
      try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
      let run = try await CommandRun.of(["status"], data: folder)
      #expect(run.code == 1)
      #expect(run.errors.contains(path))
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(repeating: 0x41, count: 8192))
    }
  }

  @Test func `a template that does not exist is a mistake of the command line, with a suggestion`() async throws {
    let run = try await withTemporaryFolder { folder in
      try await CommandRun.of(["submit", "--template", "groking", "--ideas", "1"], data: folder + "/data")
    }
    #expect(run.code == 2)
    #expect(run.errors.contains("did you mean grokking?") && run.errors.contains("shoal template list"))
  }

  @Test func `metrics need an address with a port`() async throws {
    let run = try await withTemporaryFolder { folder in
      try await CommandRun.of(["worker", "--until-idle", "--metrics", "80"], data: folder + "/data")
    }
    #expect(run.code == 2)
    #expect(run.errors.contains("ADDRESS:PORT"))
  }
}
