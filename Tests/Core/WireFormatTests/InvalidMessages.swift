@testable import WireFormat

/// Messages with one error each, and how their refusal begins.
extension RefusalTests {
  static let blob = WireBlobReference(digest: String(repeating: "0", count: 64), size: 1)
  static let step = WireStepID(stage: .run, visit: 1, name: "s", ordinal: 0, requestDigest: blob.digest)
  static let opening = WireOpening(device: .cpu, definition: blob)
  static let failure = WireFailure(kind: "k", retryability: .transient)

  static let invalidFacts: [(WireJournalEntry.Fact, String)] = invalidSteps + invalidStages + invalidOpenings

  private static let invalidSteps: [(WireJournalEntry.Fact, String)] = [
    (.stepStarted(WireStepStarted(attempt: 1)), "step is missing"),
    (.stepStarted(WireStepStarted(step: step)), "step_started.attempt is missing or 0"),
    (.stepStarted(WireStepStarted(step: changed(step) { $0.visit = 0 }, attempt: 1)), "step.visit is missing"),
    (.stepStarted(WireStepStarted(step: changed(step) { $0.stage = .unspecified }, attempt: 1)), "step.stage is"),
    (.stepAbandoned(WireStepAbandoned(step: changed(step) { $0.name = "" }, attempt: 1)), "step.name is empty"),
    (
      .stepAbandoned(WireStepAbandoned(step: changed(step) { $0.requestDigest = "AB" }, attempt: 1)),
      "step.request_digest is not"
    ),
    (
      .stepStarted(WireStepStarted(step: step, attempt: 1, reservedNanodollars: -1)),
      "step_started.reserved_nanodollars is no amount"
    ),
    (
      .stepFinished(WireStepFinished(step: step, attempt: 1, result: blob)), "step_finished.charge is missing"
    ),
    (.stepFinished(WireStepFinished(step: step, attempt: 1)), "step_finished.result is missing"),
    (
      .settledLate(WireSettledLate(step: step, attempt: 1, charge: WireCharge(cpuNanoseconds: -5))),
      "charge.cpu_nanoseconds is negative"
    ),
    (
      .settledLate(WireSettledLate(step: step, attempt: 1, charge: WireCharge(wallNanoseconds: -5))),
      "charge.wall_nanoseconds is negative"
    ),
    (
      .stepFailed(WireStepFailed(step: step, attempt: 1, failure: changed(failure) { $0.message = long })),
      "step_failed.failure has a text"
    ),
  ]

  private static let invalidStages: [(WireJournalEntry.Fact, String)] = [
    (.claimed(WireClaimed(stage: .run, visit: 1, attempt: 1)), "claimed.worker is empty"),
    (.claimed(WireClaimed(worker: "w", stage: .run, visit: 1)), "claimed.attempt is missing"),
    (.waiting(WireWaiting(stage: .design)), "waiting.visit is missing"),
    (.released(WireReleased()), "released.stage is missing"),
    (.replayed(WireReplayed()), "replayed.from is missing"),
    (.deadLettered(WireDeadLettered(stage: .run)), "dead_lettered.failure is missing"),
    (.attemptFailed(WireAttemptFailed(stage: .run, attempt: 1, failure: WireFailure())), "failure.retryability is"),
    (.capChanged(WireCapChanged(capNanodollars: .max)), "cap_changed.cap_nanodollars is no amount"),
    (.capChanged(WireCapChanged(capNanodollars: 1, grant: -1)), "cap_changed.grant is negative"),
    (.granted(WireGranted(paper: "run/r", capNanodollars: 1)), "granted.paper is no paper"),
    (.granted(WireGranted(paper: "paper/p", capNanodollars: -1)), "granted.cap_nanodollars is no amount"),
    (.folded(WireFolded(run: "paper/p")), "folded.run is no run"),
    (.folded(WireFolded(run: "run/../p")), "folded.run names no stream"),
    (.folded(WireFolded(run: "run/p")), "end is missing"),
    (
      .stageFinished(WireStageFinished(stage: .run, visit: 1, result: changed(blob) { $0.size = -1 })),
      "stage_finished.result has a digest"
    ),
    (
      .asked(WireAsked(stage: .design, visit: 1, runs: [WireRunAsk(run: "run/r", opening: opening)])),
      "runs.opening.parent is missing"
    ),
    (.asked(WireAsked(stage: .design, visit: 1, runs: [WireRunAsk(run: "paper/r")])), "runs.run is no run"),
  ]

  private static let invalidOpenings: [(WireJournalEntry.Fact, String)] = [
    (.opened(changed(opening) { $0.device = .unspecified }), "opening.device is missing"),
    (.opened(changed(opening) { $0.definition = nil }), "opening.definition is missing"),
    (.opened(changed(opening) { $0.capNanodollars = -1 }), "opening.cap_nanodollars is no amount"),
    (.opened(changed(opening) { $0.priority = 101 }), "opening.priority is no priority from -100 to 100 (101)"),
    (.opened(changed(opening) { $0.priority = .min }), "opening.priority is no priority"),
    (
      .opened(changed(opening) { $0.parent = WireParent(stream: "paper/p", stage: .ideate) }),
      "opening.parent.stage is ideate, which does not work on paper/p"
    ),
    (.opened(changed(opening) { $0.parent = WireParent(stage: .ideate) }), "opening.parent.stream names no stream"),
  ]

  static let invalidItems: [(WireWorkItem?, String)] = [
    (nil, "item is missing"),
    (WireWorkItem(stream: "paper/", stage: .plot, opening: opening), "item.stream names no stream"),
    (WireWorkItem(stream: "paper/p", stage: .run, opening: opening), "item.stage is run, which does not work on"),
    (WireWorkItem(stream: "paper/p", opening: opening), "item.stage is missing"),
    (WireWorkItem(stream: "paper/p", stage: .plot), "item.opening is missing"),
  ]

  private static let long = String(repeating: "a", count: 1_025)

  private static func changed<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
    var value = value
    change(&value)
    return value
  }
}
