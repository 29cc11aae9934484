internal import Journal
internal import PaperModel

extension MessageLogConformance {
  static let delivering: [Check] = [
    Check("a message arrives as it was published, byte for byte") { world in
      let consumer = try await world.log.consumer(of: [design], worker: WorkerID("a"))
      for body in [[], [0], Array(0...255), [UInt8](repeating: 7, count: 500_000)] {
        let sent = Message(
          topic: design, key: "ключ \"'%\n", body: body,
          headers: ["stream": "paper/x", "a": "", "ä": "\"\\\n\u{1F41F}"])
        try await world.log.publish([sent])
        let delivery = try await take(consumer)
        try expect(delivery.message == sent, "a body of \(body.count) bytes has arrived as something else")
        try expect(delivery.count >= 1, "the first delivery counts \(delivery.count)")
        try await delivery.finish()
      }
      await consumer.close()
    },
    Check("messages of one key come in their order, one at a time, whoever takes them") { world in
      let keys = 10
      let each = 12
      let other = try await world.other?() ?? world.log
      let witness = Witness()
      let messages = (0..<each).flatMap { number in (0..<keys).map { message("k\($0)", "\(1000 + number)") } }
      let logs = [world.log, other, world.log, other]
      let consumers = try await withThrowingTaskGroup(of: (any MessageConsumer).self) { group in
        for (index, log) in logs.enumerated() {
          group.addTask { try await log.consumer(of: [design], worker: WorkerID("w\(index)")) }
        }
        return try await group.reduce(into: [any MessageConsumer]()) { $0.append($1) }
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for consumer in consumers {
          group.addTask {
            while let delivery = try await consumer.next(of: [design]) {
              witness.took(delivery)
              await Task.yield()
              let count = witness.willFinish(delivery)
              try await delivery.finish()
              if count == keys * each { for consumer in consumers { await consumer.close() } }
            }
          }
        }
        for start in stride(from: 0, to: messages.count, by: 15) {
          try await world.log.publish(Array(messages[start..<min(start + 15, messages.count)]))
        }
        try await group.waitForAll()
      }
      if let complaint = witness.complaint { throw Broken(complaint) }
      for key in 0..<keys {
        let seen = witness.seen["k\(key)"] ?? []
        try expect(seen == (0..<each).map { "\(1000 + $0)" }, "key \(key) came as \(seen)")
      }
    },
    Check("different keys are held at the same time, and a held key keeps back only its own") { world in
      let one = try await world.log.consumer(of: [design], worker: WorkerID("one"))
      let two = try await (world.other?() ?? world.log).consumer(of: [design], worker: WorkerID("two"))
      try await settle(world, one, two)
      try await world.log.publish([message("a", "a1"), message("a", "a2"), message("a", "a3")])
      let first = try await expectNext(world, one, else: two, "a1", because: "it is the oldest")
      try await world.log.publish((0..<8).map { message("k\($0)", "k\($0)") })
      var held: [any Delivery] = []
      for index in 0..<8 {
        let (asked, other) = index % 2 == 0 ? (one, two) : (two, one)
        held.append(try await take(world, asked, else: other))
      }
      let texts = Set(held.map(text))
      try expect(texts == Set((0..<8).map { "k\($0)" }), "while a1 was held there came \(texts.sorted())")
      // In another order than they came.
      for delivery in held.reversed() { try await delivery.finish() }
      try await first.finish()
      try await expectNext(world, two, else: one, "a2", because: "a1 is finished").finish()
      try await expectNext(world, one, else: two, "a3", because: "a2 is finished").finish()
      await one.close()
      await two.close()
    },
    Check("a consumer gets only what it asks for") { world in
      let consumer = try await world.log.consumer(of: [design, review], worker: WorkerID("w"))
      try await world.log.publish([message("a", "design"), message("b", "review", in: review)])
      try await expectNext(consumer, "review", because: "only reviews were asked for", of: [review]).finish()
      try await expectNext(consumer, "design", because: "both were asked for", of: [design, review]).finish()
      await consumer.close()
    },
    Check("the same key in two topics is two lines") { world in
      let consumer = try await world.log.consumer(of: [design, review], worker: WorkerID("w"))
      try await world.log.publish([message("a", "design"), message("a", "review", in: review)])
      let first = try await expectNext(consumer, "design", because: "it was asked for")
      let second = try await expectNext(consumer, "review", because: "another topic waits for none", of: [review])
      try await second.finish()
      try await first.finish()
      await consumer.close()
    },
    Check("a key that never rests does not starve another") { world in
      let consumer = try await world.log.consumer(of: [design], worker: WorkerID("w"))
      try await world.log.publish((0..<20).map { message("busy", "\($0)") })
      try await world.log.publish([message("quiet", "quiet")])
      var waited = 0
      while true {
        let delivery = try await take(consumer)
        if delivery.message.key == "quiet" {
          try await delivery.finish()
          break
        }
        waited += 1
        try expect(waited <= 20, "messages published later than another key's have come before it")
        try await world.log.publish([message("busy", "more")])
        try await delivery.finish()
      }
      await consumer.close()
    },
    Check("of what waits the preferred comes first, equal ones by age, and each key keeps its order") { world in
      func preferred(_ key: String, _ text: String, _ priority: Int, in topic: Topic = design) -> Message {
        var preferred = message(key, text, in: topic)
        preferred.headers[HeaderName.priority] = String(priority)
        return preferred
      }
      try await world.log.publish([
        message("a", "a1"), preferred("b", "b", 5), preferred("c", "c", -3), message("d", "d"),
        preferred("e", "e", 5, in: review), preferred("a", "a2", 100),
      ])
      let consumer = try await world.log.consumer(of: [design, review], worker: WorkerID("w"))
      let topics: Set<Topic> = [design, review]
      func next(_ wanted: Set<String>, _ reason: String) async throws -> any Delivery {
        let delivery = try await take(consumer, of: topics)
        try expect(wanted.contains(text(delivery)), "“\(text(delivery))” came where \(wanted) belongs: \(reason)")
        return delivery
      }
      // In a divided log the order is checked among arrived messages: once taken, a message has arrived.
      let isDivided = world.isDivided
      if isDivided {
        let taken = try await takeEach(world, consumer, ["a1", "b", "c", "d", "e"], of: topics)
        for delivery in taken.values { try await delivery.giveBack() }
      }
      let first = try await next(isDivided ? ["b", "e"] : ["b"], "it is preferred")
      _ = try await next(Set(["b", "e"]).subtracting([text(first)]), "it is preferred, and younger than b")
      var older = try await next(isDivided ? ["a1", "d"] : ["a1"], "it is older than d, and before a2 of its key")
      let isLast = text(older) == "d"
      if isLast { older = try await next(["a1"], "nothing else is as urgent") }
      try await older.finish()
      if isDivided {
        // a1 precedes a2 in its key, so a2's arrival cannot be observed yet.
        var rest: Set<String> = isLast ? ["a2", "c"] : ["a2", "d", "c"]
        while !rest.isEmpty {
          let wanted = rest.contains("d") ? rest.subtracting(["c"]) : rest
          rest.remove(text(try await next(wanted, "c is put behind the others")))
        }
      } else {
        _ = try await next(["a2"], "it is preferred to all, and a1 is finished")
        _ = try await next(["d"], "nobody said anything of it")
        _ = try await next(["c"], "it is put behind the others")
      }
      await consumer.close()
    },
  ]
}
