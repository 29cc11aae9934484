internal import PaperModel

/// Lets calls begin when their place can take them: an endpoint with one key and one model. Calls that wait are served
/// paper by paper in turn, so that one with many calls does not hold up the others.
actor CallPacer {
  /// Where calls share limits.
  struct Place: Hashable, Sendable {
    let endpoint: String
    let key: String?
    let model: String

    init(_ model: LanguageModel) {
      endpoint = model.endpoint
      key = model.key
      self.model = model.model
    }
  }

  /// A call that has begun; its end must be reported.
  struct Begun: Sendable, Equatable {
    fileprivate let place: Place
    fileprivate let at: Double
    fileprivate let worst: Int64
  }

  fileprivate struct Waiting {
    let number: Int
    let paper: StreamID
    let worst: Int64
    /// When it gives up.
    let until: Double
    let turn: CheckedContinuation<Begun?, Never>
  }

  fileprivate struct Queue {
    var window: CallWindow
    var waiting: [Waiting] = []
    /// Papers in the order in which they were last served, the latest last.
    var served: [StreamID] = []
    /// The time at which the queue is looked at next; nil if nothing waits for a time.
    var wakesAt: Double?
  }

  /// The longest that a call waits for its turn, in seconds: beyond it its paper is put off and frees its slot.
  static let longestWait = 60.0

  private let clock: any WallClock
  private let share: @Sendable () -> Double
  private var queues: [Place: Queue] = [:]
  private var numbers = 0

  /// - Parameter share: the part of each place's limits that is this process's.
  init(_ clock: any WallClock, share: @escaping @Sendable () -> Double = { 1 }) {
    self.clock = clock
    self.share = share
  }

  /// Waits until a call may begin.
  /// - Parameters:
  ///   - worst: the tokens that it can be counted as.
  /// - Returns: nil if it would wait for too long; it has then not begun.
  /// - Throws: `CancellationError`.
  func begin(_ model: LanguageModel, for paper: StreamID, worst: Int64) async throws -> Begun? {
    let place = Place(model)
    if queues[place] == nil { queues[place] = Queue(window: CallWindow(model.limits, share: share())) }
    numbers += 1
    let number = numbers
    let begun = await withTaskCancellationHandler {
      await withCheckedContinuation { (turn: CheckedContinuation<Begun?, Never>) in
        if Task.isCancelled { return turn.resume(returning: nil) }
        queues[place]?.waiting.append(
          Waiting(number: number, paper: paper, worst: worst, until: now + Self.longestWait, turn: turn))
        serve(place)
      }
    } onCancel: {
      Task { await self.leave(place, number) }
    }
    if let begun, Task.isCancelled { end(begun, .other, unused: worst) }
    try Task.checkCancellation()
    return begun
  }

  /// Reports the end of a call.
  /// - Parameter unused: the tokens of its worst case that it was not counted as.
  func end(_ call: Begun, _ outcome: CallWindow.Outcome, unused: Int64) {
    queues[call.place]?.window.end(outcome, began: call.at, at: now, unused: unused)
    serve(call.place)
  }

  /// The number of calls that wait for their turn.
  var waitingCount: Int { queues.values.reduce(0) { $0 + $1.waiting.count } }

  private var now: Double { Double(clock.nowMicroseconds) / 1_000_000 }

  private func leave(_ place: Place, _ number: Int) {
    guard let index = queues[place]?.waiting.firstIndex(where: { $0.number == number }) else { return }
    queues[place]?.waiting.remove(at: index).turn.resume(returning: nil)
  }

  /// Begins what may begin.
  private func serve(_ place: Place) {
    guard var queue = queues[place] else { return }
    for call in queue.waiting where call.until <= now { call.turn.resume(returning: nil) }
    queue.waiting.removeAll { $0.until <= now }
    // A call that has to wait for another is looked at again when it gives up.
    var next = queue.waiting.map(\.until).min()
    while let index = queue.next {
      let call = queue.waiting[index]
      switch queue.window.start(at: now, worst: call.worst) {
      case .now:
        queue.waiting.remove(at: index)
        queue.served.removeAll { $0 == call.paper }
        queue.served.append(call.paper)
        call.turn.resume(returning: Begun(place: place, at: now, worst: call.worst))
        continue
      case .at(let time): next = min(time, next ?? time)
      case .afterAnother: break
      }
      break
    }
    if queue.waiting.isEmpty, queue.window.inFlight == 0 {
      queue.served = []
    } else if let next {
      wake(place, at: next, &queue)
    }
    queues[place] = queue
  }

  private func wake(_ place: Place, at time: Double, _ queue: inout Queue) {
    if let known = queue.wakesAt, known <= time { return }
    queue.wakesAt = time
    Task {
      try? await clock.wait(untilMicroseconds: Int64((time * 1_000_000).rounded(.up)))
      wakeUp(place, time)
    }
  }

  private func wakeUp(_ place: Place, _ time: Double) {
    if queues[place]?.wakesAt == time { queues[place]?.wakesAt = nil }
    serve(place)
  }
}

extension CallPacer.Queue {
  /// The oldest call of the paper whose turn it is: one that was never served, else the one served longest ago.
  fileprivate var next: Int? {
    waiting.indices.min { left, right in
      let (one, other) = (rank(waiting[left].paper), rank(waiting[right].paper))
      return one == other ? waiting[left].number < waiting[right].number : one < other
    }
  }

  private func rank(_ paper: StreamID) -> Int { served.firstIndex(of: paper) ?? -1 }
}
