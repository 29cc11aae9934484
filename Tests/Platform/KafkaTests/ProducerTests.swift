import Kafka
import Testing

@Suite("Producer", .timeLimit(.minutes(1)))
struct ProducerTests {
  @Test func `records are read at the places that the producer returned, in order`() async throws {
    let world = try MockWorld(partitions: 3)
    let producer = try world.producer()
    let places = try await producer.send((0..<300).map { world.record("\($0)", partition: Int32($0 % 3)) })
    #expect(places.map(\.partition) == (0..<300).map { world.partition(Int32($0 % 3)) })
    #expect(places.map(\.offset) == (0..<300).map { Int64($0 / 3) })
    let found = try await world.read()
    let values = Dictionary(uniqueKeysWithValues: found.map { ($0.place, $0.value) })
    #expect(places.map { values[$0] } == (0..<300).map { Array("\($0)".utf8) })
    await producer.close()
  }

  @Test func `null, empty and other bytes arrive unchanged as key, value and header`() async throws {
    let world = try MockWorld()
    let producer = try world.producer()
    let kinds: [[UInt8]?] = [nil, [], [0, 1, 255]]
    var sent: [OutgoingRecord] = []
    for key in kinds {
      for value in kinds {
        sent.append(OutgoingRecord(topic: world.topic, partition: 0, key: key, value: value))
        sent.append(
          OutgoingRecord(
            topic: world.topic, partition: 0, key: key, value: value,
            headers: [
              RecordHeader("a", nil), RecordHeader("b", []), RecordHeader("a", [7]), RecordHeader("é", text: "ü"),
            ],
            timestampMilliseconds: 1_700_000_000_123))
      }
    }
    _ = try await producer.send(sent)
    let found = try await world.read()
    #expect(found.map(\.key) == sent.map(\.key))
    #expect(found.map(\.value) == sent.map(\.value))
    #expect(found.map(\.headers) == sent.map(\.headers))
    #expect(found[1].timestampMilliseconds == 1_700_000_000_123)
    #expect(found[1].header("a") == [7])
    await producer.close()
  }

  @Test func `a value of a megabyte is sent, a larger one is refused with advice`() async throws {
    let world = try MockWorld()
    let producer = try world.producer()
    let value = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try await producer.send(OutgoingRecord(topic: world.topic, partition: 0, value: value))
    #expect(try await world.read().map(\.value) == [value])
    let tooLarge = OutgoingRecord(topic: world.topic, partition: 0, value: [UInt8](repeating: 1, count: 1_100_000))
    let error = await #expect(throws: KafkaError.self) { try await producer.send(tooLarge) }
    #expect(error?.reason == .tooLarge)
    #expect(error?.message.contains("max.message.bytes") == true)
    await producer.close()
  }

  @Test func `a key's partition is the one that Java's clients choose`() async throws {
    let world = try MockWorld(partitions: 7)
    let producer = try world.producer()
    let keys = ["paper-1", "paper-2", "", "a", "ab", "abc", "abcd", "ünïcode", String(repeating: "k", count: 99)]
    let places = try await producer.send(keys.map { world.record("v", partition: nil, key: $0) })
    #expect(places.map { Int($0.partition.partition) } == keys.map { murmur2(Array($0.utf8)) % 7 })
    await producer.close()
  }

  @Test(arguments: [[], [RecordHeader("a", [1])]])
  func `a partition that does not exist is refused, whether or not there are headers`(headers: [RecordHeader])
    async throws
  {
    let world = try MockWorld()
    let producer = try world.producer()
    try await producer.send(world.record("the topic is known now"))
    for _ in 0..<50 {
      let record = OutgoingRecord(topic: world.topic, partition: 99, value: [1], headers: headers)
      let error = await #expect(throws: KafkaError.self) { try await producer.send(record) }
      #expect(error?.reason == .unknownTopic)
    }
    try await producer.send(world.record("it goes on"))
    await producer.close()
  }

  @Test func `each record of a batch has its own outcome`() async throws {
    let world = try MockWorld()
    let producer = try world.producer()
    try await producer.send(world.record("first"))
    let outcomes = try await producer.outcomes(of: [
      world.record("good"), world.record("bad", partition: 50), world.record("good too"),
    ])
    #expect(try outcomes[0].get().offset == 1)
    #expect(throws: KafkaError.self) { try outcomes[1].get() }
    #expect(try outcomes[2].get().offset == 2)
    await producer.close()
  }

  @Test func `more records than the queue holds wait for room and all arrive in order`() async throws {
    let world = try MockWorld()
    var options = KafkaProducer.Options()
    options.queueRecordLimit = 8
    let producer = try world.producer(options)
    let places = try await producer.send((0..<1000).map { world.record("\($0)") })
    #expect(places.map(\.offset) == Array(0..<1000))
    await producer.close()
  }

  @Test func `errors that pass are retried by themselves, without doubles`() async throws {
    let world = try MockWorld()
    let producer = try world.producer()
    world.cluster.fail(.produce, with: [6, 7, 19, 0, 6])
    for number in 0..<5 { try await producer.send(world.record("\(number)")) }
    #expect(try await world.read().map(\.value) == (0..<5).map { Array("\($0)".utf8) })
    await producer.close()
  }

  @Test func `a task that is cancelled while it waits for room sends no record`() async throws {
    let world = try MockWorld()
    var options = KafkaProducer.Options()
    options.queueRecordLimit = 4
    let producer = try world.producer(options)
    try await producer.send(world.record("0"))
    try world.cluster.stop()
    let stuck = Task { try await producer.send((1..<5).map { world.record("\($0)") }) }
    let waiting = Task { try await producer.send((5..<9).map { world.record("\($0)") }) }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    try world.cluster.start()
    _ = try await stuck.value
    #expect(try await world.read().count == 5)
    await producer.close()
  }

  @Test func `after an error that it can't go on from, the next send opens a new producer`() async throws {
    let world = try MockWorld()
    try world.cluster.stop()
    // Refuses, once, to make this an idempotent producer. It asks as soon as it is connected.
    world.cluster.fail(.initProducerID, with: [31])
    let producer = try world.producer()
    let first = Task { try await producer.send(world.record("first")) }
    try world.cluster.start()
    var expected = ["second"]
    switch await first.result {
    case .success:
      // The refusal came before the record: its own send has opened the new producer.
      expected = ["first", "second"]
    case .failure(let error):
      let error = try #require(error as? KafkaError)
      #expect(error.isRetriable)
      #expect(error.message.contains("send again"))
    }
    try await producer.send(world.record("second"))
    #expect(producer.rebuildCount == 1)
    #expect(try await world.read().map(\.value) == expected.map { Array($0.utf8) })
    await producer.close()
  }

  @Test func `closing while no broker answers is bounded and fails pending records`() async throws {
    let world = try MockWorld()
    let producer = try world.producer()
    try await producer.send(world.record("0"))
    try world.cluster.stop()
    let stuck = Task { try await producer.send(world.record("1")) }
    let clock = ContinuousClock()
    let time = await clock.measure { await producer.close(within: .milliseconds(300)) }
    #expect(time < .seconds(5))
    let error = await #expect(throws: KafkaError.self) { try await stuck.value }
    #expect(error?.reason == .closed)
    let late = await #expect(throws: KafkaError.self) { try await producer.send(world.record("2")) }
    #expect(late?.reason == .closed)
    await producer.close()
  }

  @Test func `flush waits until all has arrived`() async throws {
    let world = try MockWorld()
    let producer = try world.producer()
    async let sent = producer.send((0..<100).map { world.record("\($0)") })
    _ = try await sent
    await producer.flush()
    #expect(try await world.read().count == 100)
    await producer.close()
  }

  @Test func `unreachable brokers give one error that names them, in time`() async throws {
    let configuration = KafkaConfiguration(brokers: ["127.0.0.1:1", "127.0.0.1:2"])
    let producer = try KafkaProducer(configuration)
    let error = await #expect(throws: KafkaError.self) { try await producer.connect(within: .seconds(1)) }
    #expect(error?.reason == .unreachable)
    #expect(error?.message.contains("127.0.0.1:1, 127.0.0.1:2") == true)
    await producer.close()
  }
}

/// Kafka's hash of keys, which all clients of the protocol share.
private func murmur2(_ bytes: [UInt8]) -> Int {
  let factor: UInt32 = 0x5bd1_e995
  var hash = UInt32(0x9747_b28c) ^ UInt32(bytes.count)
  var index = 0
  while index + 4 <= bytes.count {
    var word = UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8
    word |= UInt32(bytes[index + 2]) << 16 | UInt32(bytes[index + 3]) << 24
    word = word &* factor
    word ^= word >> 24
    hash = hash &* factor ^ word &* factor
    index += 4
  }
  let rest = bytes.count - index
  if rest == 3 { hash ^= UInt32(bytes[index + 2]) << 16 }
  if rest >= 2 { hash ^= UInt32(bytes[index + 1]) << 8 }
  if rest >= 1 { hash = (hash ^ UInt32(bytes[index])) &* factor }
  hash ^= hash >> 13
  hash = hash &* factor
  hash ^= hash >> 15
  return Int(hash & 0x7fff_ffff)
}
