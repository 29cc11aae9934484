import Glibc
import Kafka
import Testing

/// Opening and closing clients repeatedly.
@Suite("Lifecycle", .serialized, .timeLimit(.minutes(3)))
struct LifecycleTests {
  @Test func `a thousand clients open and close, and leave neither a thread nor a descriptor behind`() async throws {
    let world = try MockWorld()
    try await world.write(["a"])
    try await cycle(world, count: 20)
    let before = Usage.now
    let clock = ContinuousClock()
    let time = try await clock.measure { try await cycle(world, count: 1000) }
    let after = Usage.now
    #expect(time < .seconds(120))
    // Other suites run beside this one; a leak of one per client would be a thousand.
    #expect(after.descriptors - before.descriptors < 200, "\(before) before, \(after) after")
    #expect(after.threads - before.threads < 200, "\(before) before, \(after) after")
  }

  private func cycle(_ world: MockWorld, count: Int) async throws {
    for number in 0..<count {
      switch number % 4 {
      case 0:
        let producer = try world.producer()
        // A new producer of newer libraries requests its number before it is connected, and then not again for 500 ms:
        // plain C does too. So there only some of them write.
        let isQuick = KafkaLibrary.version < KafkaLibrary.Version(2, 1, 0)
        if isQuick || number % 40 == 0 { try await producer.send(world.record("a")) }
        await producer.close()
      case 1:
        let reader = try KafkaReader(world.cluster.configuration)
        try await reader.start([world.partition(): .offset(0)], follows: true)
        #expect(try await reader.next()?.offset == 0)
        await reader.close()
      case 2:
        // It has not been used yet.
        try await world.producer().close()
      default:
        // Dropped without being closed.
        _ = try KafkaReader(world.cluster.configuration)
      }
    }
  }

  @Test func `members of a group close at any moment, within their limit`() async throws {
    let world = try MockWorld(partitions: 2)
    let clock = ContinuousClock()
    await withTaskGroup(of: Duration?.self) { group in
      for number in 0..<12 {
        group.addTask {
          let handler = RecordingHandler()
          guard let consumer = try? world.consumer(handler, group: "g\(number)") else { return nil }
          // A third at once, a third once connected, a third once they have their partitions.
          if number % 3 == 1 { try? await consumer.connect(within: .seconds(10)) }
          if number % 3 == 2 { await handler.wait { $0.assigned.count == 2 } }
          return await clock.measure { await consumer.close() }
        }
      }
      for await time in group { #expect(time.map { $0 < .seconds(11) } == true) }
    }
  }

  @Test func `a member closes within its limit while no broker answers`() async throws {
    let world = try MockWorld()
    let handler = RecordingHandler()
    let consumer = try world.consumer(handler)
    await handler.wait { !$0.assigned.isEmpty }
    try world.cluster.stop()
    let time = await ContinuousClock().measure { await consumer.close() }
    #expect(time < .seconds(11))
    try world.cluster.start()
  }
}

/// The resources of this process.
private struct Usage {
  var descriptors: Int
  var threads: Int

  static var now: Usage { Usage(descriptors: entries("/proc/self/fd"), threads: entries("/proc/self/task")) }

  private static func entries(_ path: String) -> Int {
    guard let folder = opendir(path) else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
  }
}
