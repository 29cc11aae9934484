import Journal
import Operations
import PaperModel
import ServiceTestSupport
import Testing

@testable import shoal

/// `shoal costs settle`
@Suite struct SettleTests {
  private static let lost = "made.2/design.1.sandbox.settings.0.aaaaaaaaaaaa#1"

  @Test func `a lost step is listed and settled, once`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      let list = try await CommandRun.of(["costs", "settle", "made"], data: folder)
      #expect(list.output.contains(Self.lost) && list.output.contains("its worker was lost"))
      let wrong = try await CommandRun.of(
        ["costs", "settle", "made", "--step", "other", "--cost", "1"], data: folder)
      #expect(wrong.code == 1 && wrong.errors.contains("has no step “other”"))
      let settled = try await CommandRun.of(
        ["costs", "settle", "made.2", "--step", Self.lost, "--cost", "0.000000025", "--json"], data: folder)
      let document = try settled.json(SettleCommand.Document.self)
      #expect(document.steps.map(\.costNanodollars) == [25] && document.steps[0].reservedNanodollars == 60)
      let costs = try await CommandRun.of(["costs", "made.2", "--json"], data: folder)
      #expect(try costs.json(CostsCommand.Document.self).uncertainNanodollars == 0)
      let again = try await CommandRun.of(["costs", "settle", "made.2", "--cost", "1"], data: folder)
      #expect(again.code == 1 && again.errors.contains("is known; nothing was changed"))
    }
  }

  @Test func `what is known of a call is shown, and several steps need a name`() async throws {
    try await withTemporaryFolder { folder in
      try await MadeUpInstallation.make(folder)
      try await MadeUpInstallation.reopen(folder) { deployment, _ in try await Self.addCampaign(deployment) }
      let list = try await CommandRun.of(["costs", "settle", "odd"], data: folder)
      for words in ["large-2 at https://models.example/v1", "request r-7", "812 bytes", "the answer was cut off"] {
        #expect(list.output.contains(words), "\(words)")
      }
      let ambiguous = try await CommandRun.of(["costs", "settle", "odd", "--cost", "0"], data: folder)
      #expect(ambiguous.code == 1 && ambiguous.errors.contains("2 steps of odd have no price"))
      let first = "odd/ideate.1.model.idea.0.cccccccccccc#1"
      let one = try await CommandRun.of(["costs", "settle", "odd", "--step", first, "--cost", "0"], data: folder)
      #expect(one.output == "\(first) cost $0.00; $0.0000001 was kept for it.\n")
      let rest = try await CommandRun.of(["costs", "settle", "odd", "--cost", "0.0000003"], data: folder)
      #expect(rest.code == 0)
      let costs = try await CommandRun.of(["costs", "odd", "--json"], data: folder)
      let document = try costs.json(CostsCommand.Document.self)
      #expect(document.settledNanodollars == 300 && document.uncertainNanodollars == 0)
      #expect(document.steps.map(\.state) == ["unsettled", "unsettled"])
    }
  }

  /// A campaign with two calls of unknown price.
  private static func addCampaign(_ deployment: Deployment) async throws {
    let stream = StreamID(.campaign, "odd")!
    var receipt = Receipt(
      endpoint: "https://models.example/v1", model: "large-2", reason: "the answer was cut off")
    receipt.requestID = "r-7"
    receipt.seenBytes = 812
    let opening = Opening(
      campaign: "odd", title: "Odd", cap: Money(nanodollars: 1_000_000),
      definition: BlobReference(digest: String(repeating: "d", count: 64), size: 1)!)
    var facts: [JournalEntry.Fact] = [
      .opened(opening), .claimed(worker: WorkerID("gone-1-a"), stage: .ideate, visit: 1, attempt: 1),
    ]
    for ordinal in 0..<2 {
      let step = StepID(
        stage: .ideate, visit: 1, name: "model.idea", ordinal: ordinal,
        requestDigest: String(repeating: "c", count: 64))
      facts += [
        .stepStarted(step, attempt: 1, reserved: Money(nanodollars: 100)),
        .stepUnsettled(
          step, attempt: 1, .missing(Failure(kind: "answerCut", "It was cut off.", retryability: .transient)), receipt),
      ]
    }
    for (number, fact) in facts.enumerated() {
      #expect(try await deployment.journal.append(fact, to: stream, at: Int64(number)))
    }
  }
}
