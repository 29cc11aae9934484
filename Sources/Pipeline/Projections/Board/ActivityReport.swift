public import MessageLog
public import PaperModel

/// The current activity: campaigns, workers and rates.
public struct ActivityReport: Sendable {
  /// A campaign and the stages of its papers.
  public struct Campaign: Sendable, Hashable {
    public let stream: StreamID
    /// The number of its papers in each stage, without ended ones.
    public let stages: [Stage: Int]
    /// The number of its papers in each state.
    public let standings: [Standing: Int]
    /// The number of its runs that workers hold.
    public let runs: Int
    /// Its money, its papers' included.
    public let amounts: Amounts
    public let cap: Money
    /// How the campaign itself ended; nil while it makes ideas.
    public let end: Standing?
    /// Whether it is paused.
    public let isPaused: Bool
    /// Whether it and all its papers have ended.
    public let isOver: Bool

    /// `paused`, `running`, `done`, `dead`, `cancelled` or `damaged`.
    public var state: String { Standing.ofCampaign(end: end, isOver: isOver, isPaused: isPaused) }
  }

  /// A worker and the streams that it holds.
  public struct Worker: Sendable, Hashable {
    /// A stream that a worker holds.
    public struct Hold: Sendable, Hashable {
      public let stream: StreamID
      public let stage: Stage
      /// For how long, in seconds.
      public let seconds: Double
    }
    public let worker: WorkerID
    /// Whether it lives; the streams of a lost worker are taken over soon.
    public let isAlive: Bool
    /// The streams that it holds, the longest held first.
    public let holds: [Hold]
  }

  /// Microseconds since 1970.
  public let atMicroseconds: Int64
  /// The campaigns, the oldest first.
  public let campaigns: [Campaign]
  /// The workers that live or hold a stream, by name.
  public let workers: [Worker]
  /// The number of unfinished messages of each work topic: waiting or held by workers. Nil if that is not known.
  public let unfinished: [Topic: Int64]?
  /// Papers finished within the window, per hour.
  public let papersPerHour: Double
  /// Spending within the window, per minute.
  public let costPerMinute: Money
  /// The window of both, in seconds: the last ten minutes, or less if the history is shorter.
  public let windowSeconds: Double
}
