import CommandTable
import Foundation
import Testing

@Suite struct CompletionTests {
  /// The candidates that the shell itself offers for the last of the words.
  private func complete(_ shell: Shell, _ words: [String]) throws -> [String] {
    let script = FileManager.default.temporaryDirectory.path + "/completion-tests-" + UUID().uuidString
    try bakery.completionScript(for: shell).write(toFile: script, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: script) }
    let line = words.joined(separator: " ")
    let quotedWords = words.map { "'\($0)'" }.joined(separator: " ")
    let commands =
      switch shell {
      case .bash:
        """
        source \(script); COMP_WORDS=(\(quotedWords)); COMP_CWORD=\(words.count - 1); _bakery
        printf '%s\\n' "${COMPREPLY[@]}"
        """
      case .zsh:
        """
        compdef() { }; _files() { print -- FILES }; _message() { print -- MESSAGE }
        _describe() { [[ $1 == -o ]] && shift; print -l -- ${(P)2} }
        source \(script); words=(\(quotedWords)); CURRENT=\(words.count); _bakery
        """
      case .fish: "source \(script); complete -C '\(line)'"
      }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      shell == .bash
      ? ["bash", "-c", commands] : shell == .zsh ? ["zsh", "-fc", commands] : ["fish", "-Nc", commands]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n").map { String($0.prefix { $0 != "\t" && $0 != ":" }) }.sorted()
  }

  static func isInstalled(_ shell: Shell) -> Bool {
    ["/usr/bin/", "/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + shell.rawValue) }
  }
  static let shells = Shell.allCases.filter(isInstalled)

  @Test(arguments: shells) func `commands are completed`(shell: Shell) throws {
    #expect(try complete(shell, ["bakery", ""]).filter { !$0.hasPrefix("-") } == ["bake", "shop"])
    #expect(try complete(shell, ["bakery", "--json", "-d", "bake", "shop", ""]) == ["close", "open"])
  }

  @Test(arguments: shells) func `flags of the command and of every command are completed`(shell: Shell) throws {
    let flags = try complete(shell, ["bakery", "bake", "--"]).filter { $0.hasPrefix("--") }
    #expect(
      flags == ["--data", "--flour", "--help", "--json", "--loaves", "--oven", "--price", "--salt", "--time"])
  }

  @Test(arguments: shells) func `listed words are completed as values`(shell: Shell) throws {
    #expect(try complete(shell, ["bakery", "bake", "--flour", ""]) == ["rye", "spelt", "wheat"])
  }

  @Test(arguments: shells) func `paths are completed as files`(shell: Shell) throws {
    let offered = try complete(shell, ["bakery", "bake", "--data", "/usr/bi"])
    #expect(offered.contains { ["/usr/bin", "/usr/bin/", "FILES"].contains($0) })
    #expect(try complete(shell, ["bakery", "bake", "--oven", ""]).allSatisfy { $0 == "MESSAGE" })
  }
}
