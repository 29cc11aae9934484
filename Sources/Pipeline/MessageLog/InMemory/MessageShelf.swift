internal import PaperModel

/// The messages of an in-memory log and their states; no locks, no clock.
///
/// Messages of one topic and key form a queue. At most one of a queue is ready or held; the others wait behind it. A
/// message that waits for a retry is in no queue, and returns to its place by age.
struct MessageShelf: Sendable {
  private enum State: Sendable {
    case ready, queued, held
    case waiting(untilMicroseconds: Int64, origin: Topic)
  }

  private struct Row: Sendable {
    var message: Message
    var atMicroseconds: Int64
    var state = State.queued
    var count = 0
  }

  /// The position of a ready message: by priority, then by age.
  private struct Rank: Comparable, Sendable {
    let priority: Priority
    let position: Int
    static func < (left: Rank, right: Rank) -> Bool {
      (right.priority, left.position) < (left.priority, right.position)
    }
  }

  private struct Line: Hashable, Sendable {
    let topic: Topic
    let key: String
  }

  private struct Due: Comparable, Sendable {
    let time: Int64
    let position: Int
    static func < (left: Due, right: Due) -> Bool { (left.time, left.position) < (right.time, right.position) }
  }

  /// A delivery: the position, and a count that distinguishes it from an earlier delivery of the same message.
  struct Taken: Hashable, Sendable {
    let position: Int
    let count: Int
  }

  private var nextPosition = 1
  private var rows: [Int: Row] = [:]
  private var heads: [Line: Int] = [:]
  /// Entries of these heaps may be outdated: one counts only if its row agrees.
  private var queued: [Line: Heap<Int>] = [:]
  private var ready: [Topic: Heap<Rank>] = [:]
  private var due = Heap<Due>()

  /// When the next waiting message is due.
  var nextDue: Int64? { due.least?.time }

  mutating func add(_ message: Message, at time: Int64) {
    let position = nextPosition
    nextPosition += 1
    rows[position] = Row(message: message, atMicroseconds: time)
    enqueue(position, message)
  }

  /// Returns the messages that are due.
  mutating func wake(at time: Int64) {
    while let first = due.least, first.time <= time {
      _ = due.removeLeast()
      guard var row = rows[first.position], case .waiting(first.time, let origin) = row.state else { continue }
      row.message.topic = origin
      row.state = .queued
      rows[first.position] = row
      enqueue(first.position, row.message)
    }
  }

  /// Takes the ready message of some topics that is preferred to the others, among equal ones the oldest.
  mutating func take(of topics: Set<Topic>) -> (taken: Taken, message: Message)? {
    guard let position = topics.compactMap({ firstReady(of: $0) }).min()?.position, var row = rows[position] else {
      return nil
    }
    row.state = .held
    row.count += 1
    rows[position] = row
    return (Taken(position: position, count: row.count), row.message)
  }

  /// Ends a delivery by removing its message; nil if the delivery is stale.
  @discardableResult
  mutating func finish(_ taken: Taken) -> Message? {
    guard let row = held(taken) else { return nil }
    rows[taken.position] = nil
    leave(taken.position, row.message)
    return row.message
  }

  mutating func giveBack(_ taken: Taken) {
    guard let row = held(taken) else { return }
    rows[taken.position]?.state = .ready
    ready[row.message.topic, default: Heap()].insert(
      Rank(priority: row.message.priority, position: taken.position))
  }

  mutating func retry(_ taken: Taken, in tier: Topic, until time: Int64, headers: [String: String], at now: Int64) {
    guard var row = held(taken) else { return }
    let origin = row.message
    row.message = origin.ended(with: headers)
    row.message.topic = tier
    row.atMicroseconds = now
    row.state = .waiting(untilMicroseconds: time, origin: origin.topic)
    rows[taken.position] = row
    due.insert(Due(time: time, position: taken.position))
    leave(taken.position, origin)
  }

  /// The messages of a topic, oldest first.
  func browse(_ topic: Topic, limit: Int) -> [StoredMessage] {
    rows.filter { $0.value.message.topic == topic }.sorted { $0.key < $1.key }.prefix(limit).map {
      StoredMessage(
        identity: String($0.key), message: $0.value.message, atMicroseconds: $0.value.atMicroseconds)
    }
  }

  /// Removes a message that is not held.
  mutating func remove(_ identity: String, from topic: Topic) -> Bool {
    guard let position = Int(identity), let row = rows[position], row.message.topic == topic else { return false }
    if case .held = row.state { return false }
    rows[position] = nil
    leave(position, row.message)
    return true
  }

  private func held(_ taken: Taken) -> Row? {
    guard let row = rows[taken.position], row.count == taken.count, case .held = row.state else { return nil }
    return row
  }

  private mutating func enqueue(_ position: Int, _ message: Message) {
    let line = Line(topic: message.topic, key: message.key)
    queued[line, default: Heap()].insert(position)
    if heads[line] == nil { advance(line) }
  }

  private mutating func leave(_ position: Int, _ message: Message) {
    let line = Line(topic: message.topic, key: message.key)
    guard heads[line] == position else { return }
    heads[line] = nil
    advance(line)
  }

  /// Makes the oldest of a line ready.
  private mutating func advance(_ line: Line) {
    while let position = queued[line]?.removeLeast() {
      guard let row = rows[position], case .queued = row.state, row.message.topic == line.topic else { continue }
      rows[position]?.state = .ready
      heads[line] = position
      ready[line.topic, default: Heap()].insert(Rank(priority: row.message.priority, position: position))
      return
    }
    queued[line] = nil
  }

  private mutating func firstReady(of topic: Topic) -> Rank? {
    while let rank = ready[topic]?.least {
      if let row = rows[rank.position], case .ready = row.state, row.message.topic == topic { return rank }
      _ = ready[topic]?.removeLeast()
    }
    return nil
  }
}
