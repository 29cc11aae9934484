internal import Journal
internal import PaperModel

extension MessageLogConformance {
  static let ending: [Check] = [
    Check("a finished message does not come again") { world in
      let consumer = try await world.log.consumer(of: [design], worker: WorkerID("w"))
      try await world.log.publish([message("a", "1"), message("a", "2")])
      try await expectNext(consumer, "1", because: "it is the oldest").finish()
      try await expectNext(consumer, "2", because: "1 is finished").finish()
      await consumer.close()
      let later = try await world.log.consumer(of: [design], worker: WorkerID("x"))
      try await world.log.publish([message("a", "3")])
      try await expectNext(later, "3", because: "1 and 2 are finished").finish()
      await later.close()
    },
    Check("a message that was given back comes again before its successors") { world in
      let consumer = try await world.log.consumer(of: [design], worker: WorkerID("w"))
      try await world.log.publish([message("a", "1"), message("a", "2")])
      let first = try await expectNext(consumer, "1", because: "it is the oldest")
      try await first.giveBack()
      let again = try await expectNext(consumer, "1", because: "it was given back")
      try expect(again.message == first.message, "it has come back as \(again.message)")
      try await again.finish()
      try await expectNext(consumer, "2", because: "1 is finished").finish()
      await consumer.close()
    },
    Check("a retried message waits its time, lets others pass, and comes back with its new headers") { world in
      let consumer = try await world.log.consumer(of: [design], worker: WorkerID("w"))
      var sent = message("a", "late")
      sent.headers = ["attempt": "1", "stream": "paper/a"]
      try await world.log.publish([sent])
      let first = try await expectNext(consumer, "late", because: "it is the only one")
      try await first.retry(afterSeconds: 7, headers: ["attempt": "2", "error-kind": "x"])
      let waiting = try await world.log.browse(.retry(.tenSeconds), limit: 10)
      try expect(waiting.map(\.message.body) == [sent.body], "in \(Topic.retry(.tenSeconds)) there is \(waiting)")
      try expect(
        waiting.first?.message.headers[HeaderName.originTopic] == design.name, "a waiting message has no origin")
      try await world.letPass(6)
      try await world.log.publish([message("a", "same key"), message("b", "other key")])
      // A waiting message does not hold up its key, and its wait is not over.
      for delivery in try await takeEach(world, consumer, ["same key", "other key"]).values {
        try await delivery.finish()
      }
      async let back = take(consumer)
      try await world.letPass(4)
      let second = try await back
      try expect(text(second) == "late", "“\(text(second))” came back")
      try expect(second.message.topic == design && second.message.key == "a", "it came back as \(second.message)")
      let headers = second.message.headers.filter { $0.key != HeaderName.originTopic }
      try expect(
        headers == ["attempt": "2", "error-kind": "x", "stream": "paper/a"], "its headers are \(second.message.headers)"
      )
      try await second.finish()
      await consumer.close()
    },
    Check("several retried messages come back each in its time") { world in
      let consumer = try await world.log.consumer(of: [design], worker: WorkerID("w"))
      try await world.log.publish([message("hour", "hour"), message("minute", "minute"), message("soon", "soon")])
      let taken = try await takeEach(world, consumer, ["hour", "minute", "soon"])
      for (name, seconds) in [("hour", 3600), ("minute", 60), ("soon", 1)] {
        try await taken[name]?.retry(afterSeconds: seconds, headers: [:])
      }
      for (seconds, name) in [(10, "soon"), (50, "minute"), (3540, "hour")] {
        async let back = take(consumer)
        try await world.letPass(seconds)
        let delivery = try await back
        try expect(text(delivery) == name, "“\(text(delivery))” came where “\(name)” was due")
        try await delivery.finish()
      }
      await consumer.close()
    },
    Check("a dead letter keeps its body, says where it came from, and is removed once") { world in
      let consumer = try await world.log.consumer(of: [design], worker: WorkerID("w"))
      let body: [UInt8] = [0, 255, 10, 13]
      for key in ["a", "b"] {
        try await world.log.publish([Message(topic: design, key: key, body: body, headers: ["stream": "x", "n": "1"])])
        try await take(consumer).deadLetter(headers: ["n": "2", HeaderName.errorKind: "poison"])
      }
      let dead = try await world.log.browse(design.deadLetters, limit: 10)
      try expect(dead.map(\.message.key) == ["a", "b"], "dead are \(dead.map(\.message.key))")
      for letter in dead {
        let headers = ["stream": "x", "n": "2", HeaderName.errorKind: "poison", HeaderName.originTopic: design.name]
        try expect(letter.message.body == body, "a dead letter's body has changed")
        let said = letter.message.headers.filter { !HeaderName.placeOfOrigin.contains($0.key) }
        try expect(said == headers, "a dead letter's headers are \(letter.message.headers)")
        try expect(letter.atMicroseconds > 0, "a dead letter has no time")
      }
      try expect(try await world.log.browse(design.deadLetters, limit: 1).count == 1, "the limit is not kept")
      try expect(try await world.log.remove(dead[0].identity, from: design.deadLetters), "it can't be removed")
      try expect(try await !world.log.remove(dead[0].identity, from: design.deadLetters), "it was removed twice")
      try expect(try await !world.log.remove("no such", from: design.deadLetters), "nothing was removed")
      let left = try await world.log.browse(design.deadLetters, limit: 10)
      try expect(left.map(\.message.key) == ["b"], "left are \(left.map(\.message.key))")
      await consumer.close()
    },
  ]

  /// The ends of deliveries, each after its consumer was closed.
  static let stale: [Check] = [
    staleEnd("finish") { try await $0.finish() },
    staleEnd("return") { try await $0.giveBack() },
    staleEnd("retry") { try await $0.retry(afterSeconds: 1, headers: [:]) },
    staleEnd("dead letter") { try await $0.deadLetter(headers: [:]) },
  ]

  private static func staleEnd(_ name: String, _ end: @escaping @Sendable (any Delivery) async throws -> Void) -> Check
  {
    Check("the \(name) of a delivery that was taken away has no effect") { world in
      let one = try await world.log.consumer(of: [design], worker: WorkerID("one"))
      try await world.log.publish([message("a", "1"), message("a", "2")])
      let stale = try await expectNext(one, "1", because: "it is the oldest")
      let two = try await (world.other?() ?? world.log).consumer(of: [design], worker: WorkerID("two"))
      await one.close()
      let current = try await expectNext(two, "1", because: "its first consumer is closed")
      try await end(stale)
      try await world.log.publish([message("b", "b")])
      try await expectNext(two, "b", because: "1 is still held").finish()
      try await current.giveBack()
      try await expectNext(two, "1", because: "nobody has finished it").finish()
      try await expectNext(two, "2", because: "1 is finished").finish()
      for topic in [design.deadLetters, .retry(.tenSeconds)] {
        try expect(try await world.log.browse(topic, limit: 9).isEmpty, "a stale end has put something into \(topic)")
      }
      await two.close()
    }
  }
}
