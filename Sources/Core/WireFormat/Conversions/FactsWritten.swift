import PaperModel

extension WireJournalEntry.Fact {
  init(_ fact: JournalEntry.Fact) {
    switch fact {
    case .opened(let opening): self = .opened(WireOpening(opening))
    case .claimed(let worker, let stage, let visit, let attempt):
      self = .claimed(WireClaimed(worker, stage, visit: visit, attempt: attempt))
    case .stepStarted(let step, let attempt, let reserved):
      self = .stepStarted(
        WireStepStarted(step: WireStepID(step), attempt: .attempt(attempt), reservedNanodollars: reserved.written))
    case .stepFinished(let step, let attempt, let result, let charge):
      self = .stepFinished(
        WireStepFinished(
          step: WireStepID(step), attempt: .attempt(attempt), result: WireBlobReference(result),
          charge: WireCharge(charge)))
    case .stepFailed(let step, let attempt, let failure, let charge):
      self = .stepFailed(
        WireStepFailed(
          step: WireStepID(step), attempt: .attempt(attempt), failure: WireFailure(failure), charge: WireCharge(charge))
      )
    case .stepUnsettled(let step, let attempt, let result, let receipt):
      self = .stepUnsettled(WireStepUnsettled(step, attempt: attempt, result, receipt))
    case .stepAbandoned(let step, let attempt):
      self = .stepAbandoned(WireStepAbandoned(step: WireStepID(step), attempt: .attempt(attempt)))
    case .settledLate(let step, let attempt, let charge):
      self = .settledLate(
        WireSettledLate(step: WireStepID(step), attempt: .attempt(attempt), charge: WireCharge(charge)))
    case .asked(let stage, let visit, let runs, let memo):
      self = .asked(WireAsked(stage, visit: visit, runs, memo))
    case .waiting(let stage, let visit):
      self = .waiting(WireWaiting(stage: WireStage(stage), visit: .visit(visit)))
    case .folded(let run, let end, let booked): self = .folded(WireFolded(run, end, booked))
    case .stageFinished(let stage, let visit, let result, let next):
      self = .stageFinished(WireStageFinished(stage, visit: visit, result, next))
    case .attemptFailed(let stage, let attempt, let failure):
      self = .attemptFailed(
        WireAttemptFailed(stage: WireStage(stage), attempt: .attempt(attempt), failure: WireFailure(failure)))
    case .released(let stage, let reason):
      self = .released(WireReleased(stage: WireStage(stage), reason: reason))
    case .deadLettered(let stage, let failure):
      self = .deadLettered(WireDeadLettered(stage: WireStage(stage), failure: WireFailure(failure)))
    case .cancelled(let reason): self = .cancelled(WireCancelled(reason: reason))
    case .capChanged(let cap, let grant):
      precondition(grant.map { $0 > 0 } ?? true, "Entry 0 of a journal is no grant.")
      self = .capChanged(WireCapChanged(capNanodollars: cap.written, grant: grant ?? 0))
    case .granted(let paper, let cap):
      precondition(paper.kind == .paper, "\(paper) is no paper.")
      self = .granted(WireGranted(paper: paper.description, capNanodollars: cap.written))
    case .replayed(let stage, let reason): self = .replayed(WireReplayed(from: WireStage(stage), reason: reason))
    }
  }
}

extension UInt32 {
  fileprivate static func visit(_ visit: Int) -> UInt32 { UInt32(written: visit, from: 1) }
  fileprivate static func attempt(_ attempt: Int) -> UInt32 { UInt32(written: attempt, from: 1) }
}

extension WireStepUnsettled {
  fileprivate init(_ step: StepID, attempt: Int, _ result: JournalEntry.StepResult, _ receipt: Receipt) {
    self.init(step: WireStepID(step), attempt: .attempt(attempt), receipt: WireReceipt(receipt))
    came =
      switch result {
      case .whole(let blob): .result(WireBlobReference(blob))
      case .missing(let failure): .failure(WireFailure(failure))
      }
  }
}

extension WireClaimed {
  fileprivate init(_ worker: WorkerID, _ stage: Stage, visit: Int, attempt: Int) {
    precondition(!worker.name.isEmpty, "A worker has no name.")
    self.init(worker: worker.name, stage: WireStage(stage), visit: .visit(visit), attempt: .attempt(attempt))
  }
}

extension WireAsked {
  fileprivate init(_ stage: Stage, visit: Int, _ runs: [RunAsk], _ memo: BlobReference?) {
    precondition(runs.count <= FieldReader.mostRepetitions, "\(runs.count) runs are too many for an entry.")
    self.init(
      stage: WireStage(stage), visit: .visit(visit), runs: runs.map { WireRunAsk($0) },
      memo: memo.map { WireBlobReference($0) })
  }
}

extension WireFolded {
  fileprivate init(_ run: StreamID, _ end: RunEnd, _ booked: Money) {
    precondition(run.kind == .run, "\(run) is no run.")
    self.init(run: run.description, end: WireRunEnd(end), bookedNanodollars: booked.written)
  }
}

extension WireStageFinished {
  fileprivate init(_ stage: Stage, visit: Int, _ result: BlobReference, _ next: [WorkItem]) {
    precondition(next.count <= FieldReader.mostRepetitions, "\(next.count) items are too many for an entry.")
    self.init(
      stage: WireStage(stage), visit: .visit(visit), result: WireBlobReference(result),
      next: next.map { WireWorkItem($0) })
  }
}
