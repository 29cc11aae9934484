import Log
import PaperModel
import StageWorker

/// The events of a worker as structured log lines, for collectors. The keys are listed in docs/operations.md.
struct WorkerLog: WorkerObserver {
  private let logger: Logger
  private let firsts = FirstTimes()

  init(_ worker: WorkerID, _ terminal: Terminal, _ clock: any WallClock) {
    logger = Logger(sink: terminal.logSink, format: .json) { clock.nowMicroseconds * 1000 }
      .with([.worker: .string(worker.name), .version: .string(Shoal.version)])
  }

  /// Logs a line about the process itself.
  func say(_ message: StaticString, _ metadata: KeyValuePairs<LogKey, LogValue> = [:]) {
    logger.info(message, metadata)
  }

  func observe(_ event: WorkerEvent) {
    switch event {
    case .claimed(let stream, let stage, let visit, let attempt):
      logger.info(
        "stage begun",
        [
          .stream: .string("\(stream)"), .stage: .string(stage.rawValue), .visit: .integer(Int64(visit)),
          .attempt: .integer(Int64(attempt)),
        ])
    case .stepWaits(let stream, let step, _):
      logger.debug("step waits for budget", about(stream, step.stage, .step, .string(step.name)))
    case .stepFinished(let stream, let step, let charge), .stepCharged(let stream, let step, let charge):
      logger.info(
        "step finished",
        [
          .stream: .string("\(stream)"), .stage: .string(step.stage.rawValue), .step: .string(step.name),
          .cost: .integer(charge.money.nanodollars),
        ])
    case .stepUnsettled(let stream, let step, let receipt):
      logger.warning(
        "step has no price",
        [
          .stream: .string("\(stream)"), .stage: .string(step.stage.rawValue), .step: .string(step.name),
          .endpoint: .string(receipt.endpoint), .reason: .string(receipt.reason),
        ])
    case .waiting(let stream, let stage, let out):
      logger.info("waiting for runs", about(stream, stage, .runs, .integer(Int64(out))))
    case .folded(let stream, let run):
      logger.info("run ended", [.stream: .string("\(stream)"), .run: .string(run.name)])
    case .stageFinished(let stream, let stage, let next):
      logger.info("stage finished", about(stream, stage, .next, .string(next?.rawValue ?? "end")))
    default: trouble(event)
    }
  }

  private func trouble(_ event: WorkerEvent) {
    switch event {
    case .willRetry(let stream, let stage, let failure, let seconds):
      logger.warning(
        "attempt failed",
        [
          .stream: .string("\(stream)"), .stage: .string(stage.rawValue), .reason: .string("\(failure)"),
          .afterSeconds: .integer(Int64(seconds)),
        ])
    case .snoozed(let stream, let stage, let reason, let seconds):
      logger.info(
        "put off",
        [
          .stream: .string("\(stream)"), .stage: .string(stage.rawValue), .reason: .string(reason),
          .afterSeconds: .integer(Int64(seconds)),
        ])
    case .leftToOthers(let stream, let stage, let failure, _):
      // Every such item has the same message, and comes again every minute.
      if firsts.isFirst(failure.message) {
        logger.warning("left to other workers", about(stream, stage, .reason, .string("\(failure)")))
      }
    case .parked(let stream, let stage, let other?):
      logger.debug("left to another worker", about(stream, stage, .other, .string(other.name)))
    case .parked(let stream, let stage, nil): logger.info("waits: the campaign is paused", about(stream, stage))
    case .unparked(let stream, let stage): logger.debug("decided again", about(stream, stage))
    case .deadLettered(let stream, let stage, let failure):
      logger.error("given up", about(stream, stage, .reason, .string("\(failure)")))
    case .poison(let reason): logger.error("message can't be read", [.reason: .string(reason)])
    case .superseded(let stream, let stage): logger.info("another worker has it", about(stream, stage))
    case .cancelled(let stream): logger.info("cancelled", [.stream: .string("\(stream)")])
    case .troubled(let stream, let what):
      logger.warning("trouble", [.stream: .string(stream.map { "\($0)" } ?? ""), .reason: .string(what)])
    case .rests(let reason, let seconds):
      logger.error(
        "the machine is in trouble", [.reason: .string(reason), .afterSeconds: .integer(Int64(seconds))])
    case .logIsAway(let what): logger.warning("brokers are away", [.reason: .string(what)])
    case .logIsBack: logger.info("brokers are back", [:])
    default: break
    }
  }

  private func about(_ stream: StreamID, _ stage: Stage) -> KeyValuePairs<LogKey, LogValue> {
    [.stream: .string("\(stream)"), .stage: .string(stage.rawValue)]
  }

  private func about(
    _ stream: StreamID, _ stage: Stage, _ key: LogKey, _ value: LogValue
  ) -> KeyValuePairs<LogKey, LogValue> {
    [.stream: .string("\(stream)"), .stage: .string(stage.rawValue), key: value]
  }
}

extension LogKey {
  static let worker = LogKey("worker")
  static let version = LogKey("version")
  static let stream = LogKey("stream")
  static let stage = LogKey("stage")
  static let visit = LogKey("visit")
  static let attempt = LogKey("attempt")
  static let step = LogKey("step")
  static let endpoint = LogKey("endpoint")
  static let cost = LogKey("cost_nanodollars")
  static let runs = LogKey("runs")
  static let run = LogKey("run")
  static let next = LogKey("next")
  static let reason = LogKey("reason")
  static let afterSeconds = LogKey("after_seconds")
  static let other = LogKey("other")
  static let metrics = LogKey("metrics")
}
