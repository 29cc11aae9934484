internal import Journal
internal import PaperModel

extension MessageLogConformance {
  static let waiting: [Check] = [
    Check("who waits is woken by a publication, not by a clock") { world in
      let other = try await world.other?() ?? world.log
      let one = try await world.log.consumer(of: [design], worker: WorkerID("one"))
      let two = try await other.consumer(of: [review], worker: WorkerID("two"))
      let rounds = 40
      let clock = ContinuousClock()
      let took = try await withThrowingTaskGroup(of: [Duration].self) { group in
        group.addTask {
          for _ in 0..<rounds {
            let delivery = try await take(one)
            try await world.log.publish([message("pong", "pong", in: review)])
            try await delivery.finish()
          }
          return []
        }
        group.addTask {
          var took: [Duration] = []
          for _ in 0..<rounds {
            let start = clock.now
            try await other.publish([message("ping", "ping")])
            try await take(two, of: [review]).finish()
            took.append(clock.now - start)
          }
          return took
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      // The quickest quarter: a machine that is busy slows some rounds, a log that polls slows them all.
      let quick = took.sorted()[rounds / 4]
      try expect(quick < .milliseconds(200), "two hand-offs take \(quick)")
      await one.close()
      await two.close()
    },
    Check("several who wait are all served") { world in
      let consumer = try await world.log.consumer(of: [design], worker: WorkerID("w"))
      try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<8 {
          group.addTask {
            let delivery = try await take(consumer)
            try await delivery.finish()
            return text(delivery)
          }
        }
        for index in 0..<8 { try await world.log.publish([message("k\(index)", "\(index)")]) }
        let texts = try await group.reduce(into: Set<String>()) { $0.insert($1) }
        try expect(texts.count == 8, "8 messages were delivered as \(texts.sorted())")
      }
      await consumer.close()
    },
    Check("a cancelled wait ends at once and takes nothing") { world in
      let consumer = try await world.log.consumer(of: [design], worker: WorkerID("w"))
      let waiter = Task { try await consumer.next(of: [design]) }
      waiter.cancel()
      switch await waiter.result {
      case .failure(let error): try expect(error is CancellationError, "cancellation throws \(error)")
      case .success: throw Broken("a cancelled wait has returned")
      }
      // The cancellation meets the wait at every point of it.
      for round in 0..<30 {
        let waiter = Task { try await consumer.next(of: [design]) }
        for _ in 0..<(round % 5) { await Task.yield() }
        try await world.log.publish([message("k", "\(round)")])
        for _ in 0..<(round % 7) { await Task.yield() }
        waiter.cancel()
        switch await waiter.result {
        case .success(let delivery?):
          try expect(text(delivery) == "\(round)", "“\(text(delivery))” came in round \(round)")
          try await delivery.finish()
        case .success(nil): throw Broken("an open consumer's next delivery is nil")
        case .failure(let error):
          try expect(error is CancellationError, "cancellation throws \(error)")
          try await expectNext(consumer, "\(round)", because: "the cancelled wait has not taken it").finish()
        }
      }
      await consumer.close()
    },
    Check("a delivery that is held for hours is nobody else's") { world in
      let one = try await world.log.consumer(of: [design], worker: WorkerID("one"))
      let two = try await (world.other?() ?? world.log).consumer(of: [design], worker: WorkerID("two"))
      try await settle(world, one, two)
      try await world.log.publish([message("long", "long")])
      let long = try await expectNext(world, one, else: two, "long", because: "it is the only one")
      for hour in 0..<3 {
        try await world.letPass(3600)
        try await world.log.publish([message("short", "\(hour)")])
        try await expectNext(world, two, else: one, "\(hour)", because: "the other one is held").finish()
      }
      try await long.finish()
      try await world.log.publish([message("long", "next")])
      try await expectNext(world, two, else: one, "next", because: "the long one is finished").finish()
      await one.close()
      await two.close()
    },
  ]
}
