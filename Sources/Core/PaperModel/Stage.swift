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

/// The order of stages.
public enum StageGraph {
  /// The stage that follows for a paper; nil after the last.
  public static func next(after stage: Stage) -> Stage? {
    switch stage {
    case .novelty: .design
    case .design: .plot
    case .plot: .write
    case .write: .review
    case .review: .revise
    case .ideate, .run, .revise: nil
    }
  }

  /// A paper's stages in order.
  public static let ofPaper: [Stage] = [.novelty, .design, .plot, .write, .review, .revise]

  /// The first stage of a stream of a kind.
  public static func first(of kind: StreamID.Kind) -> Stage {
    switch kind {
    case .campaign: .ideate
    case .paper: .novelty
    case .run: .run
    }
  }
}

/// The kind of slot that a run occupies.
public enum DeviceKind: String, Sendable, CaseIterable, Codable {
  case cpu, gpu
}
