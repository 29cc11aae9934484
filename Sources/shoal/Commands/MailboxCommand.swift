import CommandTable
import LanguageModels
import Operations
import PaperModel

/// `shoal mailbox`
enum MailboxCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "mailbox", summary: "list the requests that wait in a mailbox",
      discussion: """
        A model with the protocol `mailbox` puts each request into a folder of its own: request.md for people, \
        request.json for programs, and pictures. Write the answer under another name into that folder, then rename it \
        to answer.md.
        """,
      arguments: [.init("DIR", .path, help: "the mailbox's folder")],
      flags: [.toggle("all", help: "List answered requests too")],
      examples: [.init("shoal mailbox ./letters", "Lists the requests that have no answer.")]),
    run: run)

  struct Document: Codable {
    struct Letter: Codable {
      let name: String
      let request: String
      let answered: Bool
    }
    let letters: [Letter]
  }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let folder = Settings.absolute(invocation.argument("DIR") ?? "")
    let letters: [Mailbox.Letter]
    do { letters = try Mailbox(folder: folder).letters() } catch { throw OperationError("\(error).") }
    let shown = invocation.isSet("all") ? letters : letters.filter { !$0.isAnswered }
    let document = Document(
      letters: shown.map {
        .init(name: $0.name, request: "\($0.path)/\(Mailbox.requestFile)", answered: $0.isAnswered)
      })
    let lines = document.letters.map { "\($0.request)\($0.answered ? "  answered" : "")" }
    let none = letters.isEmpty ? "No request is in \(folder)." : "Every request in \(folder) has its answer."
    try terminal.print(
      lines.isEmpty ? none : lines.joined(separator: "\n"), orJSON: document, isJSON: invocation.isSet("json"))
    return ExitCode.success
  }
}
