import MessageLog
import PaperModel
import Synchronization

/// A message log that shows every message, and does what real logs do on bad days: treats a worker as dead, delivers
/// finished messages again, loses all.
final class SimulatedLog: Sendable {
  enum Place: Hashable {
    case ready, done, dead
    case held(by: WorkerID, delivery: Int)
    case waiting(untilMicroseconds: Int64)
  }
  struct Row {
    var message: Message
    var place = Place.ready
    var count = 0
    var headers: [String: String] = [:]
    var isLive: Bool { place != .done && place != .dead }
  }
  private struct State {
    var rows: [Row] = []
    var control: [String: [UInt8]] = [:]
    var deliveries = 0
    var listening: [WorkerID: Set<Topic>] = [:]
  }

  let bell: Doorbell
  /// Reports every delivery as the first, as logs may.
  let forgetsCounts: Bool
  private let clock: any WallClock
  private let state = Mutex(State())

  init(clock: any WallClock, signal: Doorbell, forgetsCounts: Bool = false) {
    self.forgetsCounts = forgetsCounts
    self.clock = clock
    bell = signal
  }

  var rows: [Row] { state.withLock { $0.rows } }
  var control: [String: [UInt8]] { state.withLock { $0.control } }

  /// The time at which the next waiting message is due.
  var earliestDue: Int64? {
    rows.compactMap { if case .waiting(let time) = $0.place { time } else { nil } }.min()
  }

  func publish(_ messages: [Message]) {
    state.withLock { state in state.rows += messages.map { Row(message: $0) } }
    bell.ring()
  }

  func setControl(_ key: String, to value: [UInt8]?) {
    state.withLock { $0.control[key] = value }
    bell.ring()
  }

  /// Returns the messages that are due.
  func wake() {
    let now = clock.nowMicroseconds
    state.withLock { state in
      for index in state.rows.indices {
        if case .waiting(let time) = state.rows[index].place, time <= now { state.rows[index].place = .ready }
      }
    }
    bell.ring()
  }

  /// Takes a worker's deliveries away, as logs do that treat it as dead.
  func expel(_ worker: WorkerID) {
    state.withLock { state in
      for index in state.rows.indices {
        if case .held(worker, _) = state.rows[index].place { state.rows[index].place = .ready }
      }
    }
    bell.ring()
  }

  /// Loses every message.
  func lose() { state.withLock { $0.rows = [] } }
  /// Loses the matching messages.
  func lose(where isLost: (Message) -> Bool) { state.withLock { $0.rows.removeAll { isLost($0.message) } } }

  /// Delivers finished messages again.
  func repeatDone(where admits: (Message) -> Bool) {
    state.withLock { state in
      for index in state.rows.indices where state.rows[index].place == .done && admits(state.rows[index].message) {
        state.rows[index].place = .ready
      }
    }
    bell.ring()
  }

  /// Whether a worker holds only parked deliveries and such as it could not end, and there is none that it could take.
  /// - Parameter unended: deliveries whose end failed; the log may have taken it all the same.
  func isIdle(_ worker: WorkerID, parked: Int = 0, unended: Int = 0) -> Bool {
    state.withLock { state in
      guard let topics = state.listening[worker] else { return false }
      let holds = state.rows.count { if case .held(worker, _) = $0.place { true } else { false } }
      return (parked...parked + unended).contains(holds) && Self.takeable(state.rows, topics) == nil
    }
  }

  private static func takeable(_ rows: [Row], _ topics: Set<Topic>) -> Int? {
    rows.indices.first { index in
      rows[index].place == .ready && topics.contains(rows[index].message.topic)
        && !rows.contains {
          guard case .held = $0.place else { return false }
          return $0.message.topic == rows[index].message.topic && $0.message.key == rows[index].message.key
        }
    }
  }

  func take(of topics: Set<Topic>, for worker: WorkerID) -> (row: Int, delivery: Int, Message, count: Int)? {
    state.withLock { state in
      guard let index = Self.takeable(state.rows, topics) else {
        state.listening[worker] = topics
        return nil
      }
      state.listening[worker] = nil
      state.deliveries += 1
      state.rows[index].place = .held(by: worker, delivery: state.deliveries)
      state.rows[index].count += 1
      return (index, state.deliveries, state.rows[index].message, forgetsCounts ? 1 : state.rows[index].count)
    }
  }

  /// Only its holder can end a delivery; a stale end does nothing.
  func end(_ row: Int, _ worker: WorkerID, _ delivery: Int, as place: Place, headers: [String: String] = [:]) {
    state.withLock { state in
      guard state.rows.indices.contains(row), state.rows[row].place == .held(by: worker, delivery: delivery) else {
        return
      }
      state.rows[row].place = place
      state.rows[row].headers.merge(headers) { _, new in new }
    }
    bell.ring()
  }

  func due(afterSeconds seconds: Int) -> Int64 {
    clock.microseconds(after: RetryTier.delaySeconds(for: seconds))
  }
}

extension SimulatedLog {
  /// Removes a dead letter; false if there is none.
  func bury(_ identity: String) -> Bool {
    state.withLock { state in
      guard let row = Int(identity), state.rows.indices.contains(row), state.rows[row].place == .dead else {
        return false
      }
      state.rows[row].place = .done
      return true
    }
  }
}
