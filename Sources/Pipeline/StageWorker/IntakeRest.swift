import MessageLog
import Synchronization

/// The rests of a worker whose machine could not begin what it took: its consumers are closed, so that others get what
/// waits, also where a log gives each worker a part of it. Work in hand goes on.
final class IntakeRest: Sendable {
  private struct State {
    var consumers: [Int: any MessageConsumer] = [:]
    /// The groups whose consumers were closed for a rest and not opened again.
    var closed: Set<Int> = []
    var rest: Task<Bool, Never>?
    /// The number of rests since the machine last executed something.
    var count = 0
  }

  private let lot: ParkingLot
  private let state = Mutex(State())

  init(_ lot: ParkingLot) { self.lot = lot }

  /// Whether the worker rests.
  var isOn: Bool { state.withLock { $0.rest != nil } }

  /// The consumer of a group is open.
  func opened(_ consumer: any MessageConsumer, of group: Int) {
    state.withLock { state in
      state.consumers[group] = consumer
      state.closed.remove(group)
    }
  }

  /// Closes the consumers for good.
  func closeAll() async {
    for consumer in state.withLock({ Array($0.consumers.values) }) { await consumer.close() }
  }

  /// The machine has executed something: the next rest is a short one again.
  func hasWorked() { state.withLock { $0.count = 0 } }

  /// Begins a rest.
  /// - Returns: its length in seconds; nil if there is one already.
  func begin() -> Int? {
    state.withLock { state in
      guard state.rest == nil else { return nil }
      let lengths = WorkerConfiguration.restSeconds
      let seconds = lengths[min(state.count, lengths.count - 1)]
      state.count += 1
      let consumers = state.consumers
      state.closed = Set(consumers.keys)
      state.rest = Task { [lot] in
        for consumer in consumers.values { await consumer.close() }
        let isOver = await lot.pass(.seconds(seconds))
        self.state.withLock { $0.rest = nil }
        return isOver
      }
      return seconds
    }
  }

  /// Waits for the end of the rest for which the consumer of a group was closed.
  /// - Returns: false if it was not closed for a rest, or the worker stops.
  func isOver(for group: Int) async -> Bool {
    let (wasClosed, rest) = state.withLock { ($0.closed.contains(group), $0.rest) }
    guard wasClosed else { return false }
    return await rest?.value ?? !lot.isClosed
  }
}
