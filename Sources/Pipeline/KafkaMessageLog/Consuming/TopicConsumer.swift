import Dispatch
import Kafka
import MessageLog
import PipelineRules
import Synchronization

/// A member of one topic's group: received records go into the buffer, finished ones are committed.
///
/// Commits are made in the background: the end of a delivery marks a change, and one commit at a time carries all
/// changes up to its start. Between the loss of partitions and the next assignment the group consumer holds commits
/// back.
final class TopicConsumer: GroupConsumerHandler {
  private struct State {
    var shelf: TopicBuffer
    var group: KafkaGroupConsumer?
    var wasEverAssigned = false
    var isClosed = false
    /// The task that commits changes, if there is one.
    var committing: Task<Void, Never>?
    /// Partitions are being revoked, and the group's thread waits for deliveries to end.
    var isRevoking = false
    /// An error that may pass.
    var trouble: KafkaError?
    /// The error that ended the consumer.
    var end: MessageLogError?
  }

  /// How long the last commits may take before the group is left; leaving commits as well, unless a rebalance is under
  /// way at that moment.
  private static let lastCommitLimit: Duration = .seconds(3)

  let topic: Topic
  private let name: String
  private let context: KafkaContext
  private let bell: Doorbell
  private let state: Mutex<State>
  private let deliveryEnded = DispatchSemaphore(value: 0)

  /// Joins the group.
  init(of topic: Topic, _ context: KafkaContext, bell: Doorbell) throws(MessageLogError) {
    self.topic = topic
    self.context = context
    self.bell = bell
    name = context.settings.name(of: topic)
    let settings = context.settings
    state = Mutex(State(shelf: TopicBuffer(limits: settings.shelf)))
    do throws(KafkaError) {
      // The group's thread may call at once; it waits until `group` is set.
      try state.withLock { state throws(KafkaError) in
        state.group = try KafkaGroupConsumer(
          context.configuration, settings.options(group: settings.group(of: topic), topics: [topic]), handler: self
        )
      }
    } catch { throw context.words(for: error) }
  }

  /// The current error; nil if there is none.
  var trouble: MessageLogError? { state.withLock { $0.end ?? $0.trouble.map { context.words(for: $0) } } }

  // MARK: deliveries

  /// The urgency of the next record; nil if there is none.
  /// - Throws: the error that ended the consumer.
  func nextUrgency() throws(MessageLogError) -> Urgency? {
    let found: Result<Urgency?, MessageLogError> = state.withLock { state in
      if let end = state.end { return .failure(end) }
      return .success(state.isClosed ? nil : state.shelf.nextUrgency())
    }
    return try found.get()
  }

  func take() -> TopicBuffer.Taken? { state.withLock { $0.isClosed ? nil : $0.shelf.take() } }

  /// Whether this consumer may still end a delivery.
  func isCurrent(_ slot: TopicBuffer.Slot) -> Bool {
    state.withLock { !$0.isClosed && $0.shelf.isCurrent(slot) }
  }

  /// Ends a delivery; has no effect if its partition was revoked.
  func end(_ slot: TopicBuffer.Slot, isFinished: Bool) {
    let isRevoking = state.withLock { state in
      if state.shelf.end(slot, isFinished: isFinished), isFinished { commitSoon(&state) }
      applyFlow(&state)
      return state.isRevoking
    }
    if isRevoking { deliveryEnded.signal() }
    bell.ring()
  }

  /// Gives back held deliveries, commits finished ones, and leaves the group.
  func close() async {
    let (group, committing) = state.withLock { state in
      state.isClosed = true
      return (state.group, state.committing)
    }
    deliveryEnded.signal()
    bell.ring()
    if let committing { await context.atMost(Self.lastCommitLimit) { await committing.value } }
    await group?.close()
    // Breaks the cycle: the group keeps its handler, and the handler the group.
    state.withLock { $0.group = nil }
  }

  // MARK: on the group's thread

  func assigned(_ partitions: [TopicPartition: CommittedOffset?]) {
    let epochs = state.withLock { state in
      state.wasEverAssigned = true
      state.trouble = nil
      return partitions.reduce(into: [TopicPartition: Int]()) { epochs, entry in
        let committed = entry.value.map { GroupOffset(position: $0.offset, note: $0.metadata) }
        epochs[entry.key] = state.shelf.assign(entry.key.partition, committed)
      }
    }
    Task { await learnEnds(epochs) }
  }

  func received(_ record: ReceivedRecord) {
    let isNews = state.withLock { state in
      defer { applyFlow(&state) }
      return !state.isClosed && state.shelf.receive(record)
    }
    if isNews { bell.ring() }
  }

  func revoking(_ partitions: [TopicPartition], isLost: Bool) -> [CommitOffset] {
    let numbers = partitions.map(\.partition)
    if !isLost { waitForEnds(of: numbers) }
    return state.withLock { state in
      state.isRevoking = false
      // The pause belonged to the previous assignment.
      state.group?.resume(partitions)
      let last = numbers.compactMap { number in state.shelf.revoke(number).map { (number, $0) } }
      return isLost ? [] : last.map { commit($0.0, $0.1) }
    }
  }

  func failed(_ error: KafkaError) {
    context.report(error)
    state.withLock { state in
      switch error.reason {
      case .authenticationRefused, .scramNeedsNewerLibrary, .tlsFailure, .certificateRefused, .notAllowed,
        .badSetting:
        // A member that was admitted before may be admitted again: brokers that restart report misleading errors.
        if state.wasEverAssigned { state.trouble = error } else { state.end = context.words(for: error) }
      default:
        if error.isFatal { state.end = context.words(for: error) } else { state.trouble = error }
      }
    }
    bell.ring()
  }

  /// Gives held deliveries of partitions that are being revoked a moment to end; no more of their records are taken.
  private func waitForEnds(of numbers: [Int32]) {
    let limit = DispatchTime.now() + .milliseconds(context.settings.revokeWaitMilliseconds)
    while true {
      let isWaiting = state.withLock { state in
        for number in numbers { state.shelf.stop(number) }
        state.isRevoking = !state.isClosed && numbers.contains { state.shelf.holdsAny(of: $0) }
        return state.isRevoking
      }
      guard isWaiting, deliveryEnded.wait(timeout: limit) == .success else { return }
    }
  }

  // MARK: commits and pauses

  private func applyFlow(_ state: inout State) {
    let flow = state.shelf.flow()
    if !flow.pause.isEmpty { state.group?.pause(flow.pause.map { TopicPartition(name, $0) }) }
    if !flow.resume.isEmpty { state.group?.resume(flow.resume.map { TopicPartition(name, $0) }) }
  }

  private func commitSoon(_ state: inout State) {
    guard state.committing == nil, !state.isClosed else { return }
    state.committing = Task { await commitChanges() }
  }

  private func commitChanges() async {
    while let (group, offsets) = takeChanges() {
      do {
        try await group.commit(offsets)
        state.withLock { $0.trouble = nil }
      } catch {
        let isClosed = state.withLock { state in
          for offset in offsets { state.shelf.keepChange(of: offset.partition.partition) }
          // Leaving the group commits the rest.
          if state.isClosed { state.committing = nil }
          return state.isClosed
        }
        if isClosed { return }
        // A partition that was just revoked is no error: the others are committed in a moment.
        if error.reason != .notAssigned { failed(error) }
        try? await context.rest()
      }
    }
  }

  private func takeChanges() -> (KafkaGroupConsumer, [CommitOffset])? {
    state.withLock { state in
      let offsets = state.shelf.changes().map { commit($0.key, $0.value) }
      guard let group = state.group, !offsets.isEmpty else {
        state.committing = nil
        return nil
      }
      return (group, offsets)
    }
  }

  /// Without its note, the position alone is still safe: records that were finished above it are delivered again.
  private func commit(_ number: Int32, _ offset: GroupOffset) -> CommitOffset {
    let partition = TopicPartition(name, number)
    do throws(KafkaError) { return try CommitOffset(partition, offset.position, metadata: offset.note) } catch {
      context.report(error)
      return CommitOffset(partition, offset.position)
    }
  }

  /// Requests the partitions' end offsets at assignment, until they are known or the partitions are revoked.
  private func learnEnds(_ epochs: [TopicPartition: Int]) async {
    while state.withLock({ isNeeded(epochs, $0) }) {
      do throws(KafkaError) {
        let ends = try await context.ends(of: Array(epochs.keys))
        state.withLock { state in
          for (partition, end) in ends {
            guard let epoch = epochs[partition] else { continue }
            state.shelf.learn(endAtAssignment: end, of: partition.partition, epoch: epoch)
          }
        }
        return
      } catch { failed(error) }
      do { try await context.rest() } catch { return }
    }
  }

  private func isNeeded(_ epochs: [TopicPartition: Int], _ state: State) -> Bool {
    !state.isClosed && epochs.contains { state.shelf.isAssigned($0.key.partition, epoch: $0.value) }
  }
}
