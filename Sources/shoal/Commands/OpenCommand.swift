import CommandTable
import Operations
import PaperModel

/// `shoal open`
enum OpenCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "open", summary: "open a finished paper's PDF",
      discussion: """
        Prints the PDF's path. On a terminal with a display it also opens the PDF in the desktop's viewer, with \
        xdg-open.
        """,
      arguments: [.init("PAPER", help: "the paper's name, as `shoal status` shows it")],
      examples: [.init("shoal open grokking-4f2a.1", "Prints the path, and opens the PDF if there is a display.")]),
    run: run)

  struct Document: Codable {
    let paper: String
    let pdf: String
  }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    try await Installation.use(invocation, for: .reading) { installation in
      let paper = try await installation.deployment.find(invocation.argument("PAPER") ?? "", among: [.paper])
      try await PaperFiles.write(paper, installation.deployment, installation.settings)
      guard let path = PaperFiles.pdf(of: paper, installation.settings) else {
        throw OperationError("\(paper.name) has no PDF yet. `shoal show \(paper.name)` shows its state.")
      }
      try terminal.print(path, orJSON: Document(paper: paper.name, pdf: path), isJSON: invocation.isSet("json"))
      let hasDisplay = (Settings.environment("DISPLAY") ?? Settings.environment("WAYLAND_DISPLAY")) != nil
      if terminal.isInteractive, hasDisplay, !invocation.isSet("json"), DesktopProgram.start(["xdg-open", path]) == nil
      {
        terminal.note("xdg-open (package xdg-utils) is not installed; open the path in another viewer.")
      }
      return ExitCode.success
    }
  }
}
