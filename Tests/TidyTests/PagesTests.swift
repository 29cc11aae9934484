import CommandTable
import Foundation
import Testing

@testable import shoal

/// Checks the promises of the pages.
@Suite struct PagesTests {
  private static let pages = Project.files.filter { $0.path.hasSuffix(".md") }

  @Test func `links into the project are not broken`() {
    let broken = Self.pages.flatMap { page in
      Pages.brokenLinks(page) {
        FileManager.default.fileExists(atPath: Project.root.appendingPathComponent($0).path)
      }
    }
    #expect(broken == [])
  }

  @Test func `every command in the pages can be followed`() {
    let commands = Self.pages.flatMap { Pages.commands($0) }
    #expect(commands.count > 10)
    for words in commands {
      #expect(Self.complaint(words) == nil, "shoal \(words.joined(separator: " "))")
    }
  }

  @Test func `the readme or the reference names every command of the table`() throws {
    let page = try Project.text("README.md") + Project.text("docs/reference.md")
    for name in CommandList.program.root.subcommands.map(\.name) {
      #expect(
        page.contains("`shoal \(name)") || page.contains("\nshoal \(name)"),
        "neither README.md nor docs/reference.md names \(name)")
    }
  }

  @Test func `the readme is short enough to be read`() throws {
    let page = try Project.text("README.md")
    #expect(page.utf8.count < 9 * 1024, "move what is looked up into docs/reference.md")
  }

  @Test func `a broken link, an unknown command and an unknown flag are seen`() {
    let page = ProjectFile(
      path: "docs/a.md",
      text: "# A b\n[c](gone.md) [d](#a-b) [e](#f) [g](../README.md)\n```sh\nshoal paint --red # now\n```\nshoal no")
    #expect(Pages.brokenLinks(page) { $0 == "docs/a.md" || $0 == "README.md" }.count == 2)
    #expect(Pages.commands(page) == [["paint", "--red"]])
    #expect(Self.complaint(["paint", "--red"]) != nil)
    #expect(Self.complaint(["status", "--red"]) != nil)
  }

  private static func complaint(_ words: [String]) -> String? {
    if words == ["--version"] { return nil }
    do throws(UsageError) {
      _ = try CommandList.program.parse(words)
      return nil
    } catch { return "\(error)" }
  }
}
