import CommandTable
import Operations
import PaperModel
import Roles

/// `shoal review`
enum ReviewCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "review", summary: "review any PDF by checklist",
      discussion: """
        Needs no data folder and no model: the text is extracted in the sandbox and judged by the same rules as \
        Shoal's own papers. Points that need the runs stay open. With --json the fields are those of the NeurIPS form \
        as other tools read them.
        """,
      arguments: [.init("FILE", .path, help: "the PDF")],
      flags: [
        .toggle(
          "dangerously-run-without-sandbox",
          help: "Run a model's code WITHOUT containment: it can read your files and use the network")
      ],
      examples: [
        .init("shoal review paper.pdf", "Prints scores and reasons."),
        .init("shoal review paper.pdf --json", "The same as JSON, e.g. for a file review.json."),
      ]),
    isWorking: true, run: run)

  /// The largest PDF, in bytes.
  static let limit = 256 << 20

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let path = invocation.argument("FILE") ?? ""
    let bytes = try FileInput.read(Settings.absolute(path), limit: limit)
    guard !bytes.isEmpty else { throw OperationError("\(path) is empty. Name a PDF.") }
    let settings = try Settings(invocation)
    let surroundings = LocalSurroundings("review")
    let isUncontained = invocation.isSet("dangerously-run-without-sandbox")
    let review = try await TemporarySandbox.use(settings, uncontained: isUncontained) { runner in
      let submission = Submission(
        pdf: try await surroundings.keep(bytes), material: nil, manuscript: nil, prices: settings.prices)
      let scientist = try BuiltInScientists.make(runner: runner)[BuiltInScientists.standard]
      do { return try await scientist.reviewer.review(submission, with: surroundings) } catch let failure as Failure {
        throw OperationError("\(path): \(failure)")
      }
    }
    var lines = Lines()
    ReviewText.add(review, revision: nil, to: &lines)
    try terminal.print(lines.text, orJSON: review, isJSON: invocation.isSet("json"))
    terminal.note("The review cost \(await surroundings.spent) of processor time.")
    return ExitCode.success
  }
}
