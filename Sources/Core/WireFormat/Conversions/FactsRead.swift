import PaperModel

extension JournalEntry.Fact {
  init(_ fact: WireJournalEntry.Fact) throws(WireFormatError) {
    switch fact {
    case .opened(let opening): self = .opened(try Opening(opening, "opened"))
    case .claimed(let claim): self = try claim.read()
    case .stepStarted(let start): self = try start.read()
    case .stepFinished(let finish): self = try finish.read()
    case .stepFailed(let failure): self = try failure.read()
    case .stepUnsettled(let end): self = try end.read()
    case .stepAbandoned(let abandonment):
      self = .stepAbandoned(try StepID(abandonment.step), attempt: try abandonment.attempt.counted("attempt"))
    case .settledLate(let settlement): self = try settlement.read()
    case .asked(let ask): self = try ask.read()
    case .waiting(let wait):
      self = .waiting(stage: try wait.stage.read("waiting.stage"), visit: try wait.visit.counted("waiting.visit"))
    case .folded(let fold): self = try fold.read()
    case .stageFinished(let finish): self = try finish.read()
    case .attemptFailed(let failure): self = try failure.read()
    case .released(let release):
      self = .released(stage: try release.stage.read("released.stage"), reason: release.reason)
    case .deadLettered(let end):
      self = .deadLettered(
        stage: try end.stage.read("dead_lettered.stage"), failure: try Failure(end.failure, "dead_lettered.failure"))
    case .cancelled(let end): self = .cancelled(reason: end.reason)
    case .capChanged(let change):
      self = .capChanged(
        try Money(read: change.capNanodollars, "cap_changed.cap_nanodollars"),
        grant: try change.grant == 0 ? nil : change.grant.notNegative("cap_changed.grant"))
    case .granted(let grant):
      self = .granted(
        paper: try StreamID(readPaper: grant.paper, "granted.paper"),
        try Money(read: grant.capNanodollars, "granted.cap_nanodollars"))
    case .replayed(let replay):
      self = .replayed(from: try replay.from.read("replayed.from"), reason: replay.reason)
    }
  }
}

extension WireClaimed {
  fileprivate func read() throws(WireFormatError) -> JournalEntry.Fact {
    .claimed(
      worker: WorkerID(try notEmpty(worker, "claimed.worker")), stage: try stage.read("claimed.stage"),
      visit: try visit.counted("claimed.visit"), attempt: try attempt.counted("claimed.attempt"))
  }
}

extension WireStepStarted {
  fileprivate func read() throws(WireFormatError) -> JournalEntry.Fact {
    .stepStarted(
      try StepID(step), attempt: try attempt.counted("step_started.attempt"),
      reserved: try Money(read: reservedNanodollars, "step_started.reserved_nanodollars"))
  }
}

extension WireStepFinished {
  fileprivate func read() throws(WireFormatError) -> JournalEntry.Fact {
    .stepFinished(
      try StepID(step), attempt: try attempt.counted("step_finished.attempt"),
      result: try BlobReference(result, "step_finished.result"), charge: try Charge(charge, "step_finished.charge"))
  }
}

extension WireStepFailed {
  fileprivate func read() throws(WireFormatError) -> JournalEntry.Fact {
    .stepFailed(
      try StepID(step), attempt: try attempt.counted("step_failed.attempt"),
      failure: try Failure(failure, "step_failed.failure"), charge: try Charge(charge, "step_failed.charge"))
  }
}

extension WireStepUnsettled {
  fileprivate func read() throws(WireFormatError) -> JournalEntry.Fact {
    let result: JournalEntry.StepResult =
      switch try required(came, "step_unsettled.came") {
      case .result(let blob): .whole(try BlobReference(blob, "step_unsettled.result"))
      case .failure(let failure): .missing(try Failure(failure, "step_unsettled.failure"))
      }
    return .stepUnsettled(
      try StepID(step), attempt: try attempt.counted("step_unsettled.attempt"), result,
      try Receipt(receipt, "step_unsettled.receipt"))
  }
}

extension WireSettledLate {
  fileprivate func read() throws(WireFormatError) -> JournalEntry.Fact {
    .settledLate(
      try StepID(step), attempt: try attempt.counted("settled_late.attempt"),
      charge: try Charge(charge, "settled_late.charge"))
  }
}

extension WireAsked {
  fileprivate func read() throws(WireFormatError) -> JournalEntry.Fact {
    var kept: BlobReference?
    if let memo { kept = try BlobReference(memo, "asked.memo") }
    return .asked(
      stage: try stage.read("asked.stage"), visit: try visit.counted("asked.visit"),
      runs: try runs.map { run throws(WireFormatError) in try RunAsk(run) }, memo: kept)
  }
}

extension WireFolded {
  fileprivate func read() throws(WireFormatError) -> JournalEntry.Fact {
    .folded(
      run: try StreamID(readRun: run, "folded.run"), end: try RunEnd(end),
      booked: try Money(read: bookedNanodollars, "folded.booked_nanodollars"))
  }
}

extension WireStageFinished {
  fileprivate func read() throws(WireFormatError) -> JournalEntry.Fact {
    .stageFinished(
      stage: try stage.read("stage_finished.stage"), visit: try visit.counted("stage_finished.visit"),
      result: try BlobReference(result, "stage_finished.result"),
      next: try next.map { item throws(WireFormatError) in try WorkItem(item) })
  }
}

extension WireAttemptFailed {
  fileprivate func read() throws(WireFormatError) -> JournalEntry.Fact {
    .attemptFailed(
      stage: try stage.read("attempt_failed.stage"), attempt: try attempt.counted("attempt_failed.attempt"),
      failure: try Failure(failure, "attempt_failed.failure"))
  }
}
