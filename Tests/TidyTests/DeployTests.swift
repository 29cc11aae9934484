import CommandTable
import Foundation
import Testing
import YAML

@testable import shoal

/// Checks the files of deploy/ against the program and each other.
@Suite struct DeployTests {
  @Test func `every command of the compose file can be given`() throws {
    let commands = try Self.commands(Project.text("deploy/compose.yaml"))
    #expect(commands.count >= 4)
    for (service, words) in commands {
      #expect(throws: Never.self, "\(service): shoal \(words.joined(separator: " "))") {
        _ = try CommandList.program.parse(words)
      }
    }
  }

  @Test func `the image runs a command that can be given`() throws {
    let file = try Project.text("deploy/Containerfile")
    let line = try #require(file.split(separator: "\n").last { $0.hasPrefix("CMD [") })
    let words = line.matches(of: /"([^"]+)"/).map { String($0.output.1) }
    #expect(throws: Never.self) { _ = try CommandList.program.parse(words) }
  }

  @Test func `the image is built and run with the packages that deploy/install installs`() throws {
    let script = try Project.text("deploy/install")
    let lists = script.matches(of: /\n(?:build|run)="([^"]+)"/).map(\.output.1)
    #expect(lists.count == 2)
    let file = try Project.text("deploy/Containerfile")
    for package in lists.joined(separator: " ").split(whereSeparator: \.isWhitespace) {
      // Only for the check of generated code.
      if package.contains("protobuf") { continue }
      #expect(file.contains(" \(package)"), "deploy/Containerfile does not install \(package)")
    }
  }

  @Test func `the example of settings holds no secret`() throws {
    let lines = try Project.text("deploy/.env.example").split(separator: "\n")
    let secrets = lines.filter { $0.contains(/^[A-Z_]*(KEY|SECRET|PASSWORD|TOKEN)[A-Z_]*=/) }
    #expect(secrets.count >= 2)
    for line in secrets { #expect(line.hasSuffix("="), "\(line.prefix { $0 != "=" }) has a value") }
  }

  @Test func `a command that does not exist is seen`() throws {
    let text = "x: &x\n  image: shoal-worker:a\nservices:\n  a:\n    <<: *x\n    command: [paint]\n  b:\n    image: c\n"
    let found = try Self.commands(text)
    #expect(found.map(\.service) == ["a"] && found.map(\.words) == [["paint"]])
    #expect(throws: UsageError.self) { _ = try CommandList.program.parse(found[0].words) }
  }

  /// The commands of services that run Shoal: those whose command is a list of words without an entry point of its own.
  private static func commands(_ text: String) throws -> [(service: String, words: [String])] {
    // Merge keys are not parsed; they contain no command.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.contains("<<:") }
    let document = try YAMLDocument(parsing: lines.joined(separator: "\n"), file: "deploy/compose.yaml")
    let services = try document.decode(Compose.self, unknownKeys: .ignored).services
    return services.filter { $0.value.isShoal }.sorted { $0.key < $1.key }.map { ($0.key, $0.value.command ?? []) }
  }

  private struct Compose: Decodable {
    struct Service: Decodable {
      var image: String?
      var command: [String]?
      var isShoal: Bool { command != nil && (image?.hasPrefix("shoal-worker") ?? true) }
    }
    var services: [String: Service]
  }
}
