import Kafka
import Synchronization
import Threads

/// Records a consumer's callbacks, and lets tests wait for them.
final class RecordingHandler: GroupConsumerHandler {
  struct Seen {
    var records: [ReceivedRecord] = []
    var assigned: [TopicPartition: CommittedOffset?] = [:]
    var assignmentCount = 0
    var revoked: [TopicPartition] = []
    var lost: [TopicPartition] = []
    var errors: [KafkaError] = []

    var values: [String] { records.map { String(decoding: $0.value ?? [], as: UTF8.self) } }
  }
  private struct State {
    var seen = Seen()
    var waiting: [(isMet: @Sendable (Seen) -> Bool, caller: CheckedContinuation<Void, Never>)] = []
  }
  private let state = Lock(State())
  private let lastCommit: @Sendable ([TopicPartition], Seen) -> [CommitOffset]
  private let onRecord: @Sendable (ReceivedRecord) -> Void

  init(
    lastCommit: @escaping @Sendable ([TopicPartition], Seen) -> [CommitOffset] = { _, _ in [] },
    onRecord: @escaping @Sendable (ReceivedRecord) -> Void = { _ in }
  ) {
    self.lastCommit = lastCommit
    self.onRecord = onRecord
  }

  var seen: Seen { state.withLock { $0.seen } }

  func assigned(_ partitions: [TopicPartition: CommittedOffset?]) {
    change { seen in
      seen.assignmentCount += 1
      seen.assigned.merge(partitions) { $1 }
    }
  }

  func received(_ record: ReceivedRecord) {
    onRecord(record)
    change { $0.records.append(record) }
  }

  func revoking(_ partitions: [TopicPartition], isLost: Bool) -> [CommitOffset] {
    let answer = lastCommit(partitions, seen)
    change { seen in
      if isLost { seen.lost += partitions } else { seen.revoked += partitions }
      for partition in partitions { seen.assigned[partition] = nil }
    }
    return answer
  }

  func failed(_ error: KafkaError) { change { $0.errors.append(error) } }

  /// Waits until the condition holds; the suite's time limit bounds it.
  func wait(until isMet: @escaping @Sendable (Seen) -> Bool) async {
    await withCheckedContinuation { caller in
      let isNow = state.withLock { state in
        if isMet(state.seen) { return true }
        state.waiting.append((isMet, caller))
        return false
      }
      if isNow { caller.resume() }
    }
  }

  private func change(_ body: (inout Seen) -> Void) {
    let met = state.withLock { state in
      body(&state.seen)
      let seen = state.seen
      let met = state.waiting.filter { $0.isMet(seen) }
      state.waiting.removeAll { $0.isMet(seen) }
      return met
    }
    for waiter in met { waiter.caller.resume() }
  }
}
