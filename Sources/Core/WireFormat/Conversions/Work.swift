import PaperModel

extension WireOpening {
  init(_ opening: Opening) {
    self.init(
      campaign: opening.campaign, title: opening.title, capNanodollars: opening.cap.written,
      parent: opening.parent.map { WireParent($0) }, device: WireDeviceKind(opening.device),
      definition: WireBlobReference(opening.definition),
      whenExhausted: opening.snoozesWhenExhausted ? .snooze : .deadLetter, priority: Int64(opening.priority.value))
  }
}

extension Opening {
  init(_ message: WireOpening?, _ field: StaticString) throws(WireFormatError) {
    let message = try required(message, field)
    var parent: Parent?
    if let said = message.parent { parent = try Parent(said) }
    self.init(
      campaign: message.campaign, title: message.title,
      cap: try Money(read: message.capNanodollars, "opening.cap_nanodollars"), parent: parent,
      device: try message.device.read("opening.device"),
      snoozesWhenExhausted: try message.whenExhausted.isSnooze("opening.when_exhausted"),
      priority: try Priority(read: message.priority, "opening.priority"),
      definition: try BlobReference(message.definition, "opening.definition"))
  }
}

extension WireParent {
  init(_ parent: Opening.Parent) {
    precondition(parent.stage.streamKind == parent.stream.kind, "\(parent.stage) does not work on \(parent.stream)")
    self.init(stream: parent.stream.description, stage: WireStage(parent.stage))
  }
}

extension Opening.Parent {
  init(_ message: WireParent) throws(WireFormatError) {
    let stream = try StreamID(read: message.stream, "opening.parent.stream")
    self.init(stream: stream, stage: try message.stage.read("opening.parent.stage", on: stream))
  }
}

extension WireWorkItem {
  init(_ item: WorkItem) {
    self.init(
      stream: item.stream.description, stage: WireStage(item.stage), opening: WireOpening(item.opening))
  }
}

extension WorkItem {
  init(_ message: WireWorkItem) throws(WireFormatError) {
    let stream = try StreamID(read: message.stream, "item.stream")
    self.init(
      stream: stream, stage: try message.stage.read("item.stage", on: stream),
      opening: try Opening(message.opening, "item.opening"))
  }
}

extension WireRunAsk {
  init(_ ask: RunAsk) { self.init(run: ask.run.description, opening: WireOpening(ask.opening)) }
}

extension RunAsk {
  init(_ message: WireRunAsk) throws(WireFormatError) {
    let run = try StreamID(readRun: message.run, "runs.run")
    let opening = try Opening(message.opening, "runs.opening")
    guard opening.parent != nil else { throw .invalid("runs.opening.parent", "is missing") }
    self.init(run: run, opening: opening)
  }
}

extension WireRunEnd {
  init(_ end: RunEnd) {
    switch end {
    case .finished(let result): self.init(end: .finished(WireBlobReference(result)))
    case .dead(let failure): self.init(end: .dead(WireFailure(failure)))
    case .cancelled: self.init(end: .cancelled(WireRunCancelled()))
    }
  }
}

extension RunEnd {
  init(_ message: WireRunEnd?) throws(WireFormatError) {
    let message = try required(message, "end")
    switch message.end {
    case .finished(let result): self = .finished(try BlobReference(result, "end.finished"))
    case .dead(let failure): self = .dead(try Failure(failure, "end.dead"))
    case .cancelled: self = .cancelled
    case nil:
      guard message.unknownFields.isEmpty else { throw .newer("The end of a run") }
      throw .invalid("end", "is empty")
    }
  }
}
