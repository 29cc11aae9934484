public import MessageLog
public import PaperModel
public import PipelineRules

/// Who a worker is, what it works on, and how much at a time.
public struct WorkerConfiguration: Sendable {
  /// Topics that share a number of slots.
  public struct SlotGroup: Sendable {
    public let topics: Set<Topic>
    /// The number of items that are worked on at a time.
    public let slots: Int

    public init(topics: Set<Topic>, slots: Int) {
      precondition(slots > 0 && !topics.isEmpty)
      self.topics = topics
      self.slots = slots
    }
  }

  /// How deliveries are kept that can't be worked on yet: another worker has the stream, or the campaign is paused.
  public struct Parking: Sendable {
    /// The length of a round, which reads each owner's liveness.
    public var every: Duration = .milliseconds(500)
    /// Every so many rounds, the streams' journals are read as well.
    public var roundsPerJournal = 10
    /// Every so many rounds, the control flags are read if items of paused campaigns are kept.
    public var roundsPerControl = 4
    /// The most deliveries that are kept because other workers have their streams; further ones are snoozed.
    public var most = 256
    /// The most deliveries of paused campaigns that are kept; further ones wait on the longest retry tier. Together
    /// with `most` this is less than half of what a log buffers of one partition, so that other campaigns' deliveries
    /// still get through.
    public var mostPaused = 200

    public init() {}
  }

  /// The waits between the tries to end a delivery that the log does not let end; then `longestEndPause` each.
  public static let endPauses: [Duration] = [.seconds(1), .seconds(3), .seconds(9), .seconds(27)]
  public static let longestEndPause = Duration.seconds(60)
  /// How long a worker takes nothing new when its machine could not begin what it took: the first time, the second time
  /// in a row, and so on; the last holds for all that follow.
  public static let restSeconds = [10, 30, 90, 300, 600]

  public var worker: WorkerID
  public var groups: [SlotGroup]
  /// When and how often failed attempts are repeated.
  public var policy: RetryPolicy
  /// How long work in flight may continue once the worker is asked to stop.
  public var drainLimit: Duration
  public var parking = Parking()
  /// How often a busy worker polls for cancellations; the longest that a cancelled run keeps running.
  public var steeringEvery = Duration.seconds(2)
  /// For how long an item is snoozed that can neither be taken nor be parked.
  public var courtesySeconds: Int
  /// The version that dead letters name.
  public var version: String

  public init(
    worker: WorkerID, groups: [SlotGroup], policy: RetryPolicy = .standard, drainLimit: Duration = .seconds(20),
    courtesySeconds: Int = 10, version: String
  ) {
    self.worker = worker
    self.groups = groups
    self.policy = policy
    self.drainLimit = drainLimit
    self.courtesySeconds = courtesySeconds
    self.version = version
  }
}
