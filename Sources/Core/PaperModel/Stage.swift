/// One kind of work on a stream.
public enum Stage: String, Sendable, CaseIterable, Codable, Hashable {
  case ideate, novelty, design, run, plot, write, review, revise

  /// The kind of stream that the stage works on.
  public var streamKind: StreamID.Kind {
    switch self {
    case .ideate: .campaign
    case .run: .run
    default: .paper
    }
  }

  /// Whether the stage may ask for runs and wait for them.
  public var mayAsk: Bool { self == .ideate || self == .design }
}

/// The order of stages, and what each kind of stream goes through.
public enum StageGraph {
  /// A paper's stages in order.
  public static let ofPaper: [Stage] = [.novelty, .design, .plot, .write, .review, .revise]

  /// The stage that opens streams of their own: a campaign's papers.
  public static let opens = Stage.ideate

  /// The stages of a stream of a kind, in order.
  public static func stages(of kind: StreamID.Kind) -> [Stage] {
    switch kind {
    case .campaign: [.ideate]
    case .paper: ofPaper
    case .run: [.run]
    }
  }

  public static func first(of kind: StreamID.Kind) -> Stage { stages(of: kind)[0] }

  /// The stage whose result is the stream's result.
  public static func last(of kind: StreamID.Kind) -> Stage { stages(of: kind)[stages(of: kind).count - 1] }

  /// The stage that follows in the same stream; nil after the last.
  public static func next(after stage: Stage) -> Stage? {
    stages(of: stage.streamKind).drop { $0 != stage }.dropFirst().first
  }

  /// Whether a stream may continue without the stage's result: a user may replay a paper past the verdict that its idea
  /// is not new.
  public static func isOptional(_ stage: Stage) -> Bool { stage == .novelty }
}

/// The kind of slot that a run occupies.
public enum DeviceKind: String, Sendable, CaseIterable, Codable {
  case cpu, gpu
}
