public import PaperModel
internal import Synchronization

/// A message log that lives as long as its process: for tests and simulations. Loses everything with it.
public final class InMemoryMessageLog: MessageLog {
  struct State: Sendable {
    var shelf = MessageShelf()
    var control: [String: [UInt8]] = [:]
  }

  let state = Mutex(State())
  let bell = Doorbell()
  let clock: any WallClock
  private let alarm: AlarmClock

  /// An empty log.
  public init(clock: any WallClock = MachineClock()) {
    self.clock = clock
    alarm = AlarmClock(clock: clock, bell: bell)
  }

  /// Publishes messages: all or, if one is too large, none.
  public func publish(_ messages: [Message]) async throws {
    try MessageLimit.check(messages)
    guard !messages.isEmpty else { return }
    let now = clock.nowMicroseconds
    state.withLock { state in for message in messages { state.shelf.add(message, at: now) } }
    bell.ring()
  }

  /// Takes part in the work of some topics.
  public func consumer(of topics: [Topic], worker: WorkerID) async throws -> any MessageConsumer {
    InMemoryConsumer(of: Set(topics), log: self)
  }

  /// Messages of a topic, oldest first, those that are held among them.
  public func browse(_ topic: Topic, limit: Int) async throws -> [StoredMessage] {
    let now = clock.nowMicroseconds
    return state.withLock { state in
      state.shelf.wake(at: now)
      return state.shelf.browse(topic, limit: limit)
    }
  }

  /// Removes a message from a topic; false if it is gone or held.
  public func remove(_ identity: String, from topic: Topic) async throws -> Bool {
    state.withLock { $0.shelf.remove(identity, from: topic) }
  }

  /// Sets a control flag, or removes it with nil.
  public func setControl(_ key: String, to value: [UInt8]?) async throws {
    state.withLock { $0.control[key] = value }
  }

  public func control() async throws -> [String: [UInt8]] { state.withLock { $0.control } }

  func take(of topics: Set<Topic>) -> (taken: MessageShelf.Taken, message: Message)? {
    let now = clock.nowMicroseconds
    let (found, due) = state.withLock { state in
      state.shelf.wake(at: now)
      return (state.shelf.take(of: topics), state.shelf.nextDue)
    }
    if let due { alarm.set(atMicroseconds: due) }
    return found
  }

  /// Ends a delivery and wakes waiting consumers.
  func end(_ change: (inout MessageShelf, Int64) -> Void) {
    let now = clock.nowMicroseconds
    let due = state.withLock { state in
      change(&state.shelf, now)
      return state.shelf.nextDue
    }
    if let due { alarm.set(atMicroseconds: due) }
    bell.ring()
  }
}
