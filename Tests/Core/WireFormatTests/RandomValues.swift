import GeneratorTestSupport
import PaperModel
import WireFormat

/// Random values of the model, all of which can be encoded.
extension SeededGenerator {
  mutating func entry() -> JournalEntry {
    JournalEntry(
      number: number(bits: 62), atMicroseconds: number(bits: 57),
      fact: fact(pick(FactKind.allCases)))
  }

  mutating func workItem() -> WorkItem {
    let stage = stage()
    return WorkItem(stream: stream(stage.streamKind), stage: stage, opening: opening())
  }

  mutating func event() -> StreamEvent {
    let stream = stream(pick(StreamID.Kind.allCases))
    return pick([true, true, false])
      ? StreamEvent(entry(), of: stream) : StreamEvent(stream: stream, number: number(bits: 63))
  }

  mutating func page() -> [PagedEntry] {
    (0..<pick([1, 2, 7, 64])).map { place in
      let entry = entry()
      let stream = StreamID(pick(StreamID.Kind.allCases), "s\(place)")!
      return PagedEntry(stream, entry.number, bytes: WireFormat.encode(entry))
    }
  }

  mutating func fact(_ kind: FactKind) -> JournalEntry.Fact {
    switch kind {
    case .opened: .opened(opening())
    case .claimed: .claimed(worker: WorkerID("w" + text()), stage: stage(), visit: count(), attempt: count())
    case .stepStarted: .stepStarted(step(), attempt: count(), reserved: money())
    case .stepFinished: .stepFinished(step(), attempt: count(), result: blob(), charge: charge())
    case .stepFailed: .stepFailed(step(), attempt: count(), failure: failure(), charge: charge())
    case .stepUnsettled:
      .stepUnsettled(
        step(), attempt: count(), Bool.random(using: &self) ? .whole(blob()) : .missing(failure()), receipt())
    case .stepAbandoned: .stepAbandoned(step(), attempt: count())
    case .settledLate: .settledLate(step(), attempt: count(), charge: charge())
    case .asked:
      .asked(
        stage: stage(), visit: count(), runs: several { $0.runAsk() }, memo: Bool.random(using: &self) ? blob() : nil)
    case .waiting: .waiting(stage: stage(), visit: count())
    case .folded: .folded(run: stream(.run), end: runEnd(), booked: money())
    case .stageFinished:
      .stageFinished(stage: stage(), visit: count(), result: blob(), next: several { $0.workItem() })
    case .attemptFailed: .attemptFailed(stage: stage(), attempt: count(), failure: failure())
    case .released: .released(stage: stage(), reason: text())
    case .deadLettered: .deadLettered(stage: stage(), failure: failure())
    case .cancelled: .cancelled(reason: text())
    case .capChanged: .capChanged(money(), grant: Bool.random(using: &self) ? number(bits: 62) + 1 : nil)
    case .replayed: .replayed(from: stage(), reason: text())
    case .granted: .granted(paper: stream(.paper), money())
    }
  }

  mutating func opening(ofRun: Bool = false) -> Opening {
    let asks = pick([Stage.ideate, .design])
    let hasParent = ofRun || Bool.random(using: &self)
    return Opening(
      campaign: text(), title: text(), cap: money(),
      parent: hasParent ? Opening.Parent(stream: stream(asks.streamKind), stage: asks) : nil,
      device: pick(DeviceKind.allCases), priority: Priority(Int.random(in: Priority.range, using: &self))!,
      definition: blob())
  }

  mutating func runAsk() -> RunAsk { RunAsk(run: stream(.run), opening: opening(ofRun: true)) }

  mutating func runEnd() -> RunEnd {
    switch Int.random(in: 0..<3, using: &self) {
    case 0: .finished(blob())
    case 1: .dead(failure())
    default: .cancelled
    }
  }

  mutating func step() -> StepID {
    StepID(
      stage: stage(), visit: count(), name: "s" + text(), ordinal: Int(number(bits: 32)), requestDigest: digest())
  }

  mutating func failure() -> Failure {
    Failure(
      kind: text(), text(), advice: text(),
      retryability: pick([.transient, .permanent, .later(afterSeconds: Int(number(bits: 32)))]))
  }

  mutating func charge() -> Charge {
    Charge(
      money: money(), cpuNanoseconds: number(bits: 63), wallNanoseconds: number(bits: 63),
      usage: several { $0.usage() })
  }

  mutating func usage() -> Usage { Usage(kind: "k" + text(), amount: number(bits: 63), unit: "u" + text()) }

  mutating func receipt() -> Receipt {
    var receipt = Receipt(endpoint: "e" + text(), model: text(), reason: text())
    receipt.requestID = text()
    receipt.answerID = text()
    receipt.counted = several { $0.usage() }
    receipt.seenBytes = number(bits: 63)
    return receipt
  }

  mutating func stage() -> Stage { pick(Stage.allCases) }

  mutating func stream(_ kind: StreamID.Kind) -> StreamID {
    StreamID(kind, "a" + String((0..<number(bits: 6)).map { _ in pick(Array("az09-.")) }))!
  }

  mutating func blob() -> BlobReference { BlobReference(digest: digest(), size: number(bits: 63))! }

  mutating func money() -> Money { Money(nanodollars: number(bits: 59)) }

  mutating func count() -> Int { max(1, Int(number(bits: 32))) }

  mutating func digest() -> String { String((0..<64).map { _ in pick(Array("0123456789abcdef")) }) }

  /// A text: often short, sometimes long enough for a length of two bytes, with characters of one to four bytes.
  mutating func text() -> String {
    let length = pick([0, 1, 5, 12, 40, 130])
    return String((0..<length).map { _ in pick(["a", "é", "漢", "🐟", "\0", "\n", "e\u{301}", "7", " "]) })
  }

  private mutating func several<Value>(_ make: (inout SeededGenerator) -> Value) -> [Value] {
    (0..<pick([0, 1, 2, 9])).map { _ in make(&self) }
  }
}
