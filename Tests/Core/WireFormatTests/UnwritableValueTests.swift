import PaperModel
import Testing
import WireFormat

/// A value that could not be decoded is never encoded: the process ends instead.
struct UnwritableValueTests {
  @Test func `a step without a digest is not written`() async {
    await #expect(processExitsWith: .failure) {
      let step = StepID(stage: .run, visit: 1, name: "s", ordinal: 0, requestDigest: "none")
      _ = WireFormat.encode(
        JournalEntry(number: 0, atMicroseconds: 0, fact: .stepAbandoned(step, attempt: 1)))
    }
  }

  @Test func `a visit before the first is not written`() async {
    await #expect(processExitsWith: .failure) {
      _ = WireFormat.encode(JournalEntry(number: 0, atMicroseconds: 0, fact: .waiting(stage: .run, visit: 0)))
    }
  }

  @Test func `a negative amount is not written`() async {
    await #expect(processExitsWith: .failure) {
      _ = WireFormat.encode(
        JournalEntry(number: 0, atMicroseconds: 0, fact: .capChanged(Money(nanodollars: -1))))
    }
  }

  @Test func `a work item over the size of a message is not written`() async {
    await #expect(processExitsWith: .failure) {
      let definition = BlobReference(digest: String(repeating: "0", count: 64), size: 0)!
      let opening = Opening(
        campaign: "c", title: String(repeating: "a", count: 1_000_000), cap: .zero, definition: definition)
      _ = WireFormat.encode(WorkItem(stream: StreamID(.paper, "p")!, stage: .plot, opening: opening))
    }
  }
}
