/// The identity of a stream: entry 0 of its journal. The protocol needs the parent and the cap; the rest is in the
/// definition, which only handlers read.
public struct Opening: Hashable, Sendable {
  /// The stream that waits for a run's end.
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

  public let campaign: String
  /// A one-line title for tables.
  public let title: String
  /// The most that the stream may cost: a campaign's budget, a paper's cap, a run's allowance.
  public let cap: Money
  /// A run's parent; nil for other streams.
  public let parent: Parent?
  /// The device of a run, and of the runs that this stream asks for.
  public let device: DeviceKind
  /// Whether work that exceeds the cap waits for a higher budget; otherwise the stream is dead-lettered.
  public let snoozesWhenExhausted: Bool
  /// Higher priorities are delivered first.
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
  /// The opening that the first worker appends to the stream's journal.
  public let opening: Opening

  public init(stream: StreamID, stage: Stage, opening: Opening) {
    precondition(stage.streamKind == stream.kind, "\(stage) does not work on \(stream)")
    self.stream = stream
    self.stage = stage
    self.opening = opening
  }
}

/// A run as its parent requests it.
public struct RunAsk: Hashable, Sendable {
  public let run: StreamID
  /// The run's opening; its cap is the allowance, on the parent's books from the ask to the fold.
  public let opening: Opening

  public init(run: StreamID, opening: Opening) {
    precondition(run.kind == .run && opening.parent != nil)
    self.run = run
    self.opening = opening
  }
}

/// How a run ended.
public enum RunEnd: Hashable, Sendable {
  /// It has a result: JSON of `RunResult` in the blob store.
  case finished(BlobReference)
  /// It became a dead letter.
  case dead(Failure)
  case cancelled
}
