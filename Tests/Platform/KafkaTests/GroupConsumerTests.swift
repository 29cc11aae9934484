import Kafka
import Synchronization
import Testing
import Threads

@Suite("Group consumer", .timeLimit(.minutes(1)))
struct GroupConsumerTests {
  @Test func `records arrive in order, and the next member begins at the committed offset`() async throws {
    let world = try MockWorld()
    try await world.write((0..<10).map { "\($0)" })
    let first = RecordingHandler()
    let consumer = try world.consumer(first)
    await first.wait { $0.records.count == 10 }
    #expect(first.seen.values == (0..<10).map { "\($0)" })
    #expect(first.seen.assigned == [world.partition(): CommittedOffset?.none])
    #expect(consumer.assignment == [world.partition()])
    try await consumer.commit([CommitOffset(world.partition(), 7, metadata: "done: 8,9")])
    await consumer.close()
    #expect(first.seen.revoked == [world.partition()])

    let second = RecordingHandler()
    let next = try world.consumer(second)
    await second.wait { $0.records.count == 3 }
    #expect(second.seen.values == ["7", "8", "9"])
    #expect(second.seen.assigned == [world.partition(): CommittedOffset(offset: 7, metadata: "done: 8,9")])
    await next.close()
    #expect(first.seen.errors.isEmpty && second.seen.errors.isEmpty)
  }

  @Test func `the offsets that the revoke callback returns are committed before the partitions go`() async throws {
    let world = try MockWorld()
    try await world.write(["a", "b", "c"])
    let first = RecordingHandler { partitions, seen in
      partitions.compactMap { try? CommitOffset($0, seen.records.last.map { $0.offset + 1 } ?? 0, metadata: "last") }
    }
    let consumer = try world.consumer(first)
    await first.wait { $0.records.count == 3 }
    await consumer.close()
    let second = RecordingHandler()
    let next = try world.consumer(second)
    await second.wait { !$0.assigned.isEmpty }
    #expect(second.seen.assigned == [world.partition(): CommittedOffset(offset: 3, metadata: "last")])
    await next.close()
  }

  @Test func `metadata of 4,096 bytes survives, more or other than ASCII is refused here`() async throws {
    let world = try MockWorld()
    let handler = RecordingHandler()
    let consumer = try world.consumer(handler)
    await handler.wait { !$0.assigned.isEmpty }
    let words = String(repeating: "m", count: 4096)
    try await consumer.commit([CommitOffset(world.partition(), 0, metadata: words)])
    await consumer.close()
    let second = RecordingHandler()
    let next = try world.consumer(second)
    await second.wait { !$0.assigned.isEmpty }
    #expect(second.seen.assigned == [world.partition(): CommittedOffset(offset: 0, metadata: words)])
    await next.close()
    for bad in [words + "m", "é", "a\u{0}b", "a\nb"] {
      let error = #expect(throws: KafkaError.self) { try CommitOffset(world.partition(), 0, metadata: bad) }
      #expect(error?.reason == .metadataRefused)
    }
  }

  @Test func `a partition of another member can't be committed`() async throws {
    let world = try MockWorld()
    let handler = RecordingHandler()
    let consumer = try world.consumer(handler)
    await handler.wait { !$0.assigned.isEmpty }
    let error = await #expect(throws: KafkaError.self) {
      try await consumer.commit([CommitOffset(world.partition(9), 1)])
    }
    #expect(error?.reason == .notAssigned)
    await consumer.close()
    let late = await #expect(throws: KafkaError.self) {
      try await consumer.commit([CommitOffset(world.partition(), 1)])
    }
    #expect(late?.reason == .closed)
  }

  @Test func `a paused partition delivers nothing, and continues where it stopped when resumed`() async throws {
    let world = try MockWorld(partitions: 2)
    let handler = RecordingHandler()
    let consumer = try world.consumer(handler)
    await handler.wait { $0.assigned.count == 2 }
    consumer.pause([world.partition(0)])
    try await world.write(["p0", "p1", "p2"], to: 0)
    try await world.write(["q0", "q1", "q2"], to: 1)
    await handler.wait { $0.records.count >= 3 }
    // A commit's answer passes through the same thread, so every earlier record has arrived.
    try await consumer.commit([CommitOffset(world.partition(1), 3)])
    #expect(handler.seen.values == ["q0", "q1", "q2"])
    consumer.resume([world.partition(0)])
    await handler.wait { $0.records.count == 6 }
    #expect(handler.seen.values == ["q0", "q1", "q2", "p0", "p1", "p2"])
    await consumer.close()
  }

  @Test func `no record of a partition is delivered once it is paused`() async throws {
    let world = try MockWorld()
    try await world.write((0..<200).map { "\($0)" })
    let slot = Lock<KafkaGroupConsumer?>(nil)
    let opened = Lock(false)
    let handler = RecordingHandler { _, _ in
      []
    } onRecord: { record in
      slot.withLock { $0 }?.pause([record.partition])
      opened.withLock { $0 = true }
    }
    let consumer = try world.consumer(handler)
    slot.withLock { $0 = consumer }
    await handler.wait { !$0.records.isEmpty }
    for step in 1..<20 {
      try await consumer.commit([CommitOffset(world.partition(), 0)])
      let count = handler.seen.records.count
      #expect(count >= step)
      consumer.resume([world.partition()])
      await handler.wait { $0.records.count > count }
    }
    // Neither a gap nor a duplicate, however often it stopped.
    let offsets = handler.seen.records.map(\.offset)
    #expect(offsets == Array(0..<Int64(offsets.count)))
    slot.withLock { $0 = nil }
    await consumer.close()
  }

  @Test func `a partition that was paused, went away and came back delivers again once it is not to be paused`()
    async throws
  {
    let world = try MockWorld(partitions: 2)
    let first = RecordingHandler()
    let consumer = try world.consumer(first)
    await first.wait { $0.assigned.count == 2 }
    consumer.pause([world.partition(0), world.partition(1)])
    let other = RecordingHandler()
    let rival = try world.consumer(other)
    await other.wait { $0.assigned.count == 1 }
    let moved = try #require(other.seen.assigned.keys.first)
    consumer.resume([moved])
    await rival.close()
    await first.wait { $0.assigned.count == 2 }
    try await world.write(["again"], to: moved.partition)
    await first.wait { $0.values == ["again"] }
    // The other partition is still paused, as requested.
    try await world.write(["held"], to: 1 - moved.partition)
    try await consumer.commit([CommitOffset(moved, 1)])
    #expect(first.seen.values == ["again"])
    consumer.resume([world.partition(1 - moved.partition)])
    await first.wait { $0.values == ["again", "held"] }
    await consumer.close()
  }

  @Test func `a pause holds for a partition that is assigned later`() async throws {
    let world = try MockWorld()
    try await world.write(["a"])
    let handler = RecordingHandler()
    let consumer = try world.consumer(handler)
    consumer.pause([world.partition()])
    await handler.wait { !$0.assigned.isEmpty }
    try await consumer.commit([CommitOffset(world.partition(), 0)])
    #expect(handler.seen.records.isEmpty)
    consumer.resume([world.partition()])
    await handler.wait { $0.values == ["a"] }
    await consumer.close()
  }

  @Test func `a second member gets partitions that are idle, and gives them back when it leaves`() async throws {
    let world = try MockWorld(partitions: 4)
    let first = RecordingHandler()
    let consumer = try world.consumer(first)
    await first.wait { $0.assigned.count == 4 }
    let second = RecordingHandler()
    let other = try world.consumer(second)
    await second.wait { $0.assigned.count == 2 }
    await first.wait { $0.assigned.count == 2 }
    #expect(Set(first.seen.assigned.keys).isDisjoint(with: second.seen.assigned.keys))
    #expect(first.seen.revoked.count == 2, "what stays was never revoked")
    await other.close()
    await first.wait { $0.assigned.count == 4 }
    await consumer.close()
    #expect(first.seen.lost.isEmpty && second.seen.lost.isEmpty)
  }

  @Test func `a member that its group has forgotten hears that its partitions are lost, and joins again`() async throws
  {
    let world = try MockWorld()
    try await world.write(["a"])
    let handler = RecordingHandler()
    let consumer = try world.consumer(handler)
    await handler.wait { $0.values == ["a"] }
    // The answer to a heartbeat: the member is unknown.
    world.cluster.fail(.heartbeat, with: [25])
    await handler.wait { $0.lost == [world.partition()] }
    await handler.wait { $0.assignmentCount == 2 }
    // Nothing was committed, so it begins at the group's position.
    await handler.wait { $0.values == ["a", "a"] }
    #expect(handler.seen.revoked.isEmpty)
    await consumer.close()
  }

  @Test func `heartbeats that fail for a moment have no effect`() async throws {
    let world = try MockWorld()
    let handler = RecordingHandler()
    let consumer = try world.consumer(handler)
    await handler.wait { !$0.assigned.isEmpty }
    // The coordinator is unavailable, or has moved.
    world.cluster.fail(.heartbeat, with: [15, 16])
    world.cluster.fail(.offsetCommit, with: [14])
    try await world.write(["b"])
    await handler.wait { $0.values == ["b"] }
    while (try? await consumer.commit([CommitOffset(world.partition(), 1)])) == nil {}
    #expect(handler.seen.lost.isEmpty && handler.seen.revoked.isEmpty && handler.seen.assignmentCount == 1)
    await consumer.close()
  }

  @Test func `a member paused for longer than the poll interval stays in its group`() async throws {
    let world = try MockWorld()
    try await world.write(["long", "next"])
    let handler = RecordingHandler()
    var options = world.options()
    options.pollInterval = .seconds(6)
    let slot = Lock<KafkaGroupConsumer?>(nil)
    let consumer = try KafkaGroupConsumer(world.cluster.configuration, options, handler: handler)
    slot.withLock { $0 = consumer }
    consumer.pause([world.partition()])
    await handler.wait { !$0.assigned.isEmpty }
    let clock = ContinuousClock()
    let end = clock.now + .seconds(8)
    // Time has to pass here; a delayed answer is the signal that it has.
    try world.cluster.delayAnswers(by: .milliseconds(500))
    while clock.now < end { try await consumer.commit([CommitOffset(world.partition(), 0)]) }
    #expect(handler.seen.errors.isEmpty)
    #expect(handler.seen.lost.isEmpty && handler.seen.revoked.isEmpty)
    consumer.resume([world.partition()])
    await handler.wait { $0.values == ["long", "next"] }
    await consumer.close()
  }
}
