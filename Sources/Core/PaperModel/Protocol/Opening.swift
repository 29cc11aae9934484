/// What a stream is about, told once: entry 0 of its journal. The protocol needs the parent and the cap; the rest is
/// the definition, which only handlers read.
public struct Opening: Hashable, Sendable {
  /// Who waits for a run's end.
  public struct Parent: Hashable, Sendable {
    /// The stream that asked.
    public let stream: StreamID
    /// The stage that waits.
    public let stage: Stage

    public init(stream: StreamID, stage: Stage) {
      self.stream = stream
      self.stage = stage
    }
  }

  /// The name of the campaign that it belongs to.
  public let campaign: String
  /// A line for tables.
  public let title: String
  /// The most that the stream may cost: a campaign's budget, a paper's cap, a run's allowance.
  public let cap: Money
  /// A run's parent; nil for others.
  public let parent: Parent?
  /// The kind of slot for a run, and for the runs that other streams ask for.
  public let device: DeviceKind
  /// Whether work that does not fit into the cap waits for a raise; otherwise it becomes a dead letter.
  public let snoozesWhenExhausted: Bool
  /// Of what waits, the higher comes first.
  public let priority: Priority
  /// The definition in the blob store: JSON of `CampaignDefinition`, `PaperDefinition` or `RunRequest`.
  public let definition: BlobReference

  public init(
    campaign: String, title: String, cap: Money, parent: Parent? = nil, device: DeviceKind = .cpu,
    snoozesWhenExhausted: Bool = false, priority: Priority = .usual, definition: BlobReference
  ) {
    self.campaign = campaign
    self.title = title
    self.cap = cap
    self.parent = parent
    self.device = device
    self.snoozesWhenExhausted = snoozesWhenExhausted
    self.priority = priority
    self.definition = definition
  }
}

/// A message that asks for one stage of one stream.
public struct WorkItem: Hashable, Sendable {
  public let stream: StreamID
  public let stage: Stage
  /// How the stream is opened by the first worker that takes it.
  public let opening: Opening

  public init(stream: StreamID, stage: Stage, opening: Opening) {
    precondition(stage.streamKind == stream.kind, "\(stage) does not work on \(stream)")
    self.stream = stream
    self.stage = stage
    self.opening = opening
  }
}

/// A run as its parent asks for it.
public struct RunAsk: Hashable, Sendable {
  public let run: StreamID
  /// How it is opened: its cap is the allowance, on the parent's books from the ask to the fold.
  public let opening: Opening

  public init(run: StreamID, opening: Opening) {
    precondition(run.kind == .run && opening.parent != nil)
    self.run = run
    self.opening = opening
  }
}

/// How a run ended.
public enum RunEnd: Hashable, Sendable {
  /// With a result: JSON of `RunResult` in the blob store.
  case finished(BlobReference)
  /// As a dead letter.
  case dead(Failure)
  /// By a person's word.
  case cancelled
}
