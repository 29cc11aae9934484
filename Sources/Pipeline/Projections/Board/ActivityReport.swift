public import MessageLog
public import PaperModel

/// What goes on right now: campaigns, workers and how fast it all is.
public struct ActivityReport: Sendable {
  /// A campaign and where its papers are.
  public struct Campaign: Sendable, Hashable {
    public let stream: StreamID
    /// Its papers by the stage that they are in, of those that are not at an end.
    public let stages: [Stage: Int]
    /// Its papers by where they stand.
    public let standings: [Standing: Int]
    /// Runs of it that a worker has.
    public let runs: Int
    /// Its money, its papers' included.
    public let amounts: Amounts
    /// Its budget.
    public let cap: Money
    /// How the campaign itself ended; nil while it makes ideas.
    public let end: Standing?
    /// Whether its work is held back.
    public let isPaused: Bool
    /// Whether it and all its papers have come to an end.
    public let isOver: Bool

    /// `paused`, `running`, `done`, `dead`, `cancelled` or `damaged`.
    public var state: String {
      if let end, end != .done { return end.rawValue }
      return isOver ? "done" : isPaused ? "paused" : "running"
    }
  }

  /// A worker and what it has in hand.
  public struct Worker: Sendable, Hashable {
    /// One thing in hand.
    public struct Hold: Sendable, Hashable {
      public let stream: StreamID
      public let stage: Stage
      /// For how long, in seconds.
      public let seconds: Double
    }
    public let worker: WorkerID
    /// Whether it lives; what a lost one holds is taken over soon.
    public let isAlive: Bool
    /// What it has in hand, the longest first.
    public let holds: [Hold]
  }

  /// When: microseconds since 1970.
  public let atMicroseconds: Int64
  /// The campaigns, the oldest first.
  public let campaigns: [Campaign]
  /// The workers that live or hold something, by name.
  public let workers: [Worker]
  /// Messages of each topic of work that are not finished: what waits and what workers have in hand. Nil where that is
  /// not known.
  public let unfinished: [Topic: Int64]?
  /// Papers that were finished within the window, by the hour.
  public let papersPerHour: Double
  /// What was spent within the window, by the minute.
  public let costPerMinute: Money
  /// The window of both, in seconds: the last ten minutes, or less where there is less to look back on.
  public let windowSeconds: Double
}
