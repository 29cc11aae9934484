public import PaperModel

/// What an entry may say at its place in a journal, whatever the books are.
public enum Soundness {
  /// What the fact does that no worker does there; nil if it is in order.
  /// - Parameters:
  ///   - isFirst: whether it is entry 0.
  ///   - isOver: whether the stream is at its end.
  public static func complaint(
    about fact: JournalEntry.Fact, in stream: StreamID, isFirst: Bool, isOver: Bool
  ) -> String? {
    var isOpening = false
    if case .opened = fact { isOpening = true }
    guard isOpening == isFirst else {
      return isFirst ? "comes first and does not open the stream" : "opens the stream a second time"
    }
    if case .granted(let paper, _) = fact, stream.kind != .campaign || paper.kind != .paper {
      return "grants \(paper) money, which only a campaign does, to its papers"
    }
    if let stage = fact.stage, stage.streamKind != stream.kind {
      return "is about \(stage.rawValue), which is no stage of a \(stream.kind.rawValue)"
    }
    return isOver && fact.isWork ? "works on the stream after its end" : nil
  }
}

extension JournalEntry.Fact {
  /// The stage that it is about.
  fileprivate var stage: Stage? {
    switch self {
    case .claimed(_, let stage, _, _), .asked(let stage, _, _, _), .waiting(let stage, _),
      .stageFinished(let stage, _, _, _), .attemptFailed(let stage, _, _), .released(let stage, _),
      .deadLettered(let stage, _), .replayed(let stage, _):
      stage
    case .stepStarted(let step, _, _), .stepFinished(let step, _, _, _), .stepFailed(let step, _, _, _),
      .stepUnsettled(let step, _, _, _), .stepAbandoned(let step, _), .settledLate(let step, _, _):
      step.stage
    case .opened, .folded, .cancelled, .capChanged, .granted: nil
    }
  }

  /// Whether only a worker that has the stream writes it. A person may add the rest after the stream's end.
  fileprivate var isWork: Bool {
    switch self {
    case .opened, .settledLate, .cancelled, .capChanged, .granted, .replayed: false
    default: true
    }
  }
}
