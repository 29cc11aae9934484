public import Journal
public import PaperModel

/// The stores of one installation, and its clock, as workers and operations use them.
public struct Stores: Sendable {
  public var log: any MessageLog
  /// The journals themselves: entries appended here are not published. `outbox` publishes them.
  public var journal: any Journal
  public var blobs: any BlobStore
  /// Publishes journal entries to observers.
  public var events: any EventSink
  /// The time of day.
  public var clock: any WallClock

  public init(
    log: any MessageLog, journal: any Journal, blobs: any BlobStore, events: any EventSink = NoEvents(),
    clock: any WallClock = MachineClock()
  ) {
    self.log = log
    self.journal = journal
    self.blobs = blobs
    self.events = events
    self.clock = clock
  }

  /// The journals, whose appended entries are published to `events`.
  public var outbox: Outbox { Outbox(journal, events: events, clock: clock) }
}
