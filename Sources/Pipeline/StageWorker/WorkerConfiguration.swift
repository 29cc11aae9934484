public import MessageLog
public import PaperModel
public import PipelineRules

/// What a worker does and how much of it at a time.
public struct WorkerConfiguration: Sendable {
  /// Topics that share some slots.
  public struct SlotGroup: Sendable {
    public let topics: Set<Topic>
    /// How many of their items are worked on at a time.
    public let slots: Int

    public init(topics: Set<Topic>, slots: Int) {
      precondition(slots > 0 && !topics.isEmpty)
      self.topics = topics
      self.slots = slots
    }
  }

  /// How deliveries are kept that can't be worked on yet: another worker has the stream, or the campaign is paused.
  public struct Parking: Sendable {
    /// One round: each owner's liveness is asked for.
    public var every: Duration = .milliseconds(500)
    /// In every so many rounds the streams' journals are read as well.
    public var roundsPerJournal = 10
    /// In every so many rounds the control flags are read, while items of paused campaigns are kept.
    public var roundsPerControl = 4
    /// The most deliveries that are kept because other workers have their streams; more are snoozed.
    public var most = 256
    /// The most deliveries of paused campaigns that are kept; more wait on the longest retry tier. With `most` less
    /// than half of what a log buffers of one partition, so that other campaigns' deliveries still get through.
    public var mostPaused = 200

    public init() {}
  }

  /// Who it is.
  public var worker: WorkerID
  public var groups: [SlotGroup]
  /// When to try again.
  public var policy: RetryPolicy
  /// How long work in hand may go on once the worker is asked to stop.
  public var drainLimit: Duration
  /// How deliveries are looked after while other workers have their streams.
  public var parking = Parking()
  /// How often, while there is work in hand, the words of control are looked at: so soon a cancelled run stops.
  public var steeringEvery = Duration.seconds(2)
  /// How long an item is put off that can neither be taken nor be kept.
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
