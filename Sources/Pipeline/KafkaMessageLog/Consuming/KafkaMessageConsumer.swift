import Kafka
import MessageLog
import PaperModel
import Synchronization

/// A consumer of the log: a member of one group for each of its topics.
final class KafkaMessageConsumer: MessageConsumer {
  private let topics: [Topic: TopicConsumer]
  private let desk: RecordWriter
  private let bell: Doorbell
  private let isClosed = Mutex(false)
  private let whenClosed: @Sendable (KafkaMessageConsumer) -> Void

  init(
    of topics: [Topic: TopicConsumer], desk: RecordWriter, bell: Doorbell,
    whenClosed: @escaping @Sendable (KafkaMessageConsumer) -> Void
  ) {
    self.topics = topics
    self.desk = desk
    self.bell = bell
    self.whenClosed = whenClosed
  }

  /// The current error of any topic.
  var trouble: MessageLogError? { topics.values.lazy.compactMap(\.trouble).first }

  func next(of asked: Set<Topic>) async throws -> (any Delivery)? {
    let consumers = asked.sorted().map { topic in
      guard let consumer = topics[topic] else {
        preconditionFailure("a consumer is asked only for the topics that it consumes")
      }
      return consumer
    }
    while true {
      let seen = bell.rings
      try Task.checkCancellation()
      if isClosed.withLock({ $0 }) { return nil }
      if let delivery = try take(consumers) { return delivery }
      try await bell.wait(past: seen)
    }
  }

  func close() async {
    isClosed.withLock { $0 = true }
    bell.ring()
    await withTaskGroup(of: Void.self) { group in
      for consumer in topics.values { group.addTask { await consumer.close() } }
    }
    whenClosed(self)
  }

  /// The most urgent delivery of all topics. A concurrent caller may have taken it: then the next urgent one, or nil.
  private func take(_ consumers: [TopicConsumer]) throws(MessageLogError) -> (any Delivery)? {
    while true {
      var best: (urgency: Urgency, consumer: TopicConsumer)?
      for consumer in consumers {
        guard let urgency = try consumer.nextUrgency() else { continue }
        if best.map({ urgency < $0.urgency }) ?? true { best = (urgency, consumer) }
      }
      guard let best else { return nil }
      if let taken = best.consumer.take() { return KafkaDelivery(taken, best.consumer, desk) }
    }
  }
}
