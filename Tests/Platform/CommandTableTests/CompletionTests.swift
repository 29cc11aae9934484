import CommandTable
import FoundationEssentials
import Glibc
import Testing

@Suite struct CompletionTests {
  /// The candidates that the shell itself offers for the last of the words. The program prints one name: `OV` and the
  /// words that it was given, joined with `+`.
  private func complete(_ shell: Shell, _ words: [String]) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.path + "/completion-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let script = folder + "/script"
    try bakery.completionScript(for: shell).write(toFile: script, atomically: true, encoding: .utf8)
    let line = words.joined(separator: " ")
    let quotedWords = words.map { "'\($0)'" }.joined(separator: " ")
    let commands =
      switch shell {
      case .bash:
        """
        bakery() { local IFS=+; echo "OV+$*"; }
        source \(script); COMP_WORDS=(\(quotedWords)); COMP_CWORD=\(words.count - 1); _bakery
        printf '%s\\n' "${COMPREPLY[@]}"
        """
      case .zsh:
        """
        bakery() { print -r -- "OV+${(j:+:)@}" }
        compdef() { }; _files() { print -- FILES }; _message() { print -- MESSAGE }
        _describe() { [[ $1 == -o ]] && shift; print -l -- ${(P)2} }
        source \(script); words=(\(quotedWords)); CURRENT=\(words.count); _bakery
        """
      case .fish:
        """
        function bakery; echo OV+(string join + -- $argv); end
        source \(script); complete -C '\(line)'
        """
      }
    let run = folder + "/run"
    try commands.write(toFile: run, atomically: true, encoding: .utf8)
    let start = [Shell.bash: "bash --norc", .zsh: "zsh -f", .fish: "fish -N"][shell] ?? ""
    let output = try #require(popen("\(start) \(run) 2>&1 < /dev/null", "re"))
    defer { pclose(output) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, output)
    let text = String(decoding: bytes.prefix(count), as: UTF8.self)
    return text.split(separator: "\n").map { String($0.prefix { $0 != "\t" && $0 != ":" }) }.sorted()
  }

  static func isInstalled(_ shell: Shell) -> Bool {
    ["/usr/bin/", "/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + shell.rawValue) }
  }
  static let shells = Shell.allCases.filter(isInstalled)

  @Test(arguments: shells) func `commands are completed`(shell: Shell) throws {
    #expect(try complete(shell, ["bakery", ""]).filter { !$0.hasPrefix("-") } == ["bake", "shop"])
    #expect(try complete(shell, ["bakery", "--json", "-d", "bake", "shop", ""]) == ["clean", "close", "open"])
  }

  @Test(arguments: shells) func `flags of the command and of every command are completed`(shell: Shell) throws {
    let flags = try complete(shell, ["bakery", "bake", "--"]).filter { $0.hasPrefix("--") }
    #expect(
      flags == ["--data", "--flour", "--help", "--json", "--loaves", "--oven", "--price", "--salt", "--time"])
  }

  @Test(arguments: shells) func `listed words are completed as values`(shell: Shell) throws {
    #expect(try complete(shell, ["bakery", "bake", "--flour", ""]) == ["rye", "spelt", "wheat"])
  }

  @Test(arguments: shells) func `names are what the program prints for the argument, on the data of the line`(
    shell: Shell
  ) throws {
    let line = ["bakery", "-d", "here", "shop", "clean"]
    #expect(try complete(shell, line + [""]) == ["OV+list+OVEN|SHELF+-d+here"])
    #expect(try complete(shell, line + ["OV"]) == ["OV+list+OVEN|SHELF+-d+here+--beginning=OV"])
    #expect(try complete(shell, line + ["--by", ""]) == ["OV+list+BAKER+-d+here"])
    // A flag is no name.
    #expect(try complete(shell, line + ["--b"]).filter { $0.hasPrefix("--b") } == ["--by"])
  }

  @Test(arguments: shells) func `paths are completed as files`(shell: Shell) throws {
    let offered = try complete(shell, ["bakery", "bake", "--data", "/usr/bi"])
    #expect(offered.contains { ["/usr/bin", "/usr/bin/", "FILES"].contains($0) })
    #expect(try complete(shell, ["bakery", "bake", "--oven", ""]).allSatisfy { $0 == "MESSAGE" })
  }
}
