import PaperModel
import StageWorker
import Testing

@testable import Telemetry

/// The health of a worker some time after its reports.
@Suite struct WorkerHealthTests {
  /// A report of a worker.
  enum Report: Sendable {
    case event(WorkerEvent)
    case signal(WorkerSignal)
  }
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let reports: [(second: Int, report: Report)]
    let now: Int
    var isAlive = true
    var isReady = true
    var reason = ""
  }

  private static func stream(_ text: String) -> StreamID {
    guard let stream = StreamID(text) else { preconditionFailure(text) }
    return stream
  }
  private static let run = stream("run/p-1-r1")
  private static let paper = stream("paper/p-1")
  private static let step = StepID(
    stage: .run, visit: 1, name: "sandbox.run", ordinal: 0, requestDigest: String(repeating: "0", count: 64))
  private static let part = (second: 0, report: Report.signal(.tookPart))
  private static let claim = (second: 0, report: Report.event(.claimed(run, .run, visit: 1, attempt: 1)))
  private static let failure = Failure(kind: "odd", "It failed.")
  private static func at(_ second: Int, _ event: WorkerEvent) -> (second: Int, report: Report) {
    (second, .event(event))
  }
  private static func at(_ second: Int, _ signal: WorkerSignal) -> (second: Int, report: Report) {
    (second, .signal(signal))
  }

  static let cases: [Case] = [
    Case(
      testDescription: "a worker that has just begun is alive and not ready", reports: [], now: 0, isReady: false,
      reason: "does not take part"),
    Case(testDescription: "idle and asking for work", reports: [part, at(95, .polled)], now: 100),
    Case(
      testDescription: "idle for long, nobody reports whether it asks", reports: [part], now: 100_000),
    Case(
      testDescription: "idle and no longer asking", reports: [part, at(0, .polled)], now: 31, isAlive: false,
      isReady: false, reason: "no work was asked for during the last 31 s"),
    Case(testDescription: "work in hand needs no asking", reports: [part, at(0, .polled), claim], now: 60),
    Case(testDescription: "work in hand, at the limit", reports: [part, claim], now: 100),
    Case(
      testDescription: "work in hand, over the limit", reports: [part, claim], now: 101, isAlive: false, isReady: false,
      reason: "run of run/p-1-r1 has shown no progress for 101 s; 100 s are allowed."),
    Case(
      testDescription: "a step is progress", reports: [part, claim, at(90, .stepFinished(run, step, .none))], now: 180),
    Case(
      testDescription: "a program's beat is progress", reports: [part, claim, at(90, .programBeat(run))], now: 180),
    Case(
      testDescription: "another stream's progress is not", reports: [part, claim, at(90, .programBeat(paper))],
      now: 180,
      isAlive: false, isReady: false, reason: "run/p-1-r1"),
    Case(
      testDescription: "another stream's result is not",
      reports: [
        part, claim, at(0, .claimed(paper, .write, visit: 1, attempt: 1)),
        at(90, .stageFinished(paper, .write, next: nil)),
      ],
      now: 180, isAlive: false, isReady: false, reason: "run/p-1-r1"),
    Case(
      testDescription: "the worker's own heartbeat is no progress of its work",
      reports: [part, claim] + (1...40).map { at($0 * 5, .beat) }, now: 200, isAlive: false, isReady: false,
      reason: "no progress"),
    Case(
      testDescription: "a stage that is over is no longer in hand",
      reports: [part, claim, at(5, .stageFinished(run, .run, next: nil))],
      now: 500),
    Case(
      testDescription: "nor one that waits", reports: [part, claim, at(5, .waiting(run, .run, out: 1))], now: 500),
    Case(
      testDescription: "nor one that is tried again",
      reports: [part, claim, at(5, .willRetry(run, .run, failure, afterSeconds: 10))], now: 500),
    Case(
      testDescription: "nor one that is put off",
      reports: [part, claim, at(5, .snoozed(run, .run, reason: "", afterSeconds: 1))], now: 500),
    Case(
      testDescription: "nor one that was given up", reports: [part, claim, at(5, .deadLettered(run, .run, failure))],
      now: 500),
    Case(testDescription: "nor one that another has", reports: [part, claim, at(5, .superseded(run, .run))], now: 500),
    Case(testDescription: "nor one that was cancelled", reports: [part, claim, at(5, .cancelled(run))], now: 500),
    Case(
      testDescription: "nor one that the stores failed", reports: [part, claim, at(5, .troubled(run, "full"))], now: 500
    ),
    Case(
      testDescription: "a failed heartbeat of late", reports: [part, at(95, .troubled(nil, "no bucket"))], now: 100,
      isReady: false, reason: "no bucket"),
    Case(
      testDescription: "a failed heartbeat, and one that was written",
      reports: [part, at(95, .troubled(nil, "no bucket")), at(97, .beat)], now: 100),
    Case(
      testDescription: "a failed heartbeat long ago", reports: [part, at(5, .troubled(nil, "no bucket"))], now: 100),
    Case(
      testDescription: "no heartbeat for long", reports: [part, at(50, .beat)], now: 100, isReady: false,
      reason: "written 50 s ago"),
    Case(
      testDescription: "a machine that can begin nothing",
      reports: [part, at(40, .rests(reason: "no room", seconds: 10)), at(60, .rests(reason: "no room", seconds: 30))],
      now: 100, isReady: false, reason: "For 60 s this machine could not begin what it took: no room"),
    Case(
      testDescription: "a machine that could begin nothing",
      reports: [
        part, at(40, .rests(reason: "no room", seconds: 10)), at(60, .claimed(run, .run, visit: 1, attempt: 1)),
        at(70, .stageFinished(run, .run, next: nil)),
      ],
      now: 100),
    Case(
      testDescription: "left out of its topics", reports: [part, at(50, .leftOut)], now: 100, isReady: false,
      reason: "does not take part"),
    Case(
      testDescription: "draining", reports: [part, at(0, .polled), at(50, .draining)], now: 100, isReady: false,
      reason: "drains"),
  ]

  @Test(arguments: cases)
  func `health follows from the reports`(_ given: Case) {
    let limits = WorkerHealth.Limits(progress: .seconds(100), polling: .seconds(30), heartbeat: .seconds(10))
    var health = WorkerHealth(limits, startedAt: .zero)
    for (second, report) in given.reports {
      switch report {
      case .event(let event): health.received(event, at: .seconds(second))
      case .signal(let signal): health.received(signal, at: .seconds(second))
      }
    }
    let (alive, ready) = (health.liveness(at: .seconds(given.now)), health.readiness(at: .seconds(given.now)))
    #expect(alive.isGood == given.isAlive, "\(alive.reasons)")
    #expect(ready.isGood == given.isReady, "\(ready.reasons)")
    #expect(given.reason.isEmpty || ready.reasons.contains { $0.contains(given.reason) }, "\(ready.reasons)")
  }

  @Test func `the end of a visit updates its duration`() {
    var health = WorkerHealth(startedAt: .zero)
    #expect(health.received(.claimed(Self.run, .run, visit: 1, attempt: 1), at: .seconds(2)) == nil)
    let ended = health.received(.stageFinished(Self.run, .run, next: nil), at: .seconds(9))
    #expect(ended?.stage == .run && ended?.took == .seconds(7))
    #expect(health.received(.stageFinished(Self.run, .run, next: nil), at: .seconds(9)) == nil)
  }
}
