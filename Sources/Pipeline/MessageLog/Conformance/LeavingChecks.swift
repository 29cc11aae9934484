internal import Journal
internal import PaperModel

extension MessageLogConformance {
  static let leaving: [Check] = [
    Check("who closes gives back what is held, to whoever waits") { world in
      let one = try await world.log.consumer(of: [design], worker: WorkerID("one"))
      try await world.log.publish([message("a", "a"), message("b", "b"), message("c", "c")])
      let taken = try await takeEach(world, one, ["a", "b", "c"])
      // Before another consumer joins that may be given the held messages.
      try await taken["a"]?.finish()
      let two = try await (world.other?() ?? world.log).consumer(of: [design], worker: WorkerID("two"))
      async let next = take(two)
      await one.close()
      let back = try await [text(next), text(take(two))]
      try expect(back.sorted() == ["b", "c"], "given back were \(back)")
      await two.close()
    },
    Check("a closed consumer's waits return nil, those to come too") { world in
      let consumer = try await world.log.consumer(of: [design, review], worker: WorkerID("w"))
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<4 { group.addTask { try await consumer.next(of: [design]) == nil } }
        await Task.yield()
        await consumer.close()
        for try await isNil in group { try expect(isNil, "a closed consumer has delivered") }
      }
      try await world.log.publish([message("a", "a")])
      try expect(try await consumer.next(of: [design]) == nil, "a closed consumer has delivered")
      await consumer.close()
      let later = try await world.log.consumer(of: [design], worker: WorkerID("x"))
      try await expectNext(later, "a", because: "a closed consumer has not taken it").finish()
      await later.close()
    },
  ]

  static let besides: [Check] = [
    Check("words of control: the last one holds, and nil takes it back") { world in
      try expect(try await world.log.control().isEmpty, "a new log has words of control")
      try await world.log.setControl("campaign/a", to: [1])
      try await world.log.setControl("campaign/b", to: [])
      try await world.log.setControl("campaign/a", to: [2, 3])
      let other = try await world.other?() ?? world.log
      let words = try await other.control()
      try expect(words == ["campaign/a": [2, 3], "campaign/b": []], "the words are \(words)")
      let some = try await other.control(under: "campaign/b")
      try expect(some == ["campaign/b": []], "the words under a prefix are \(some)")
      try expect(try await other.control(under: "campaign/").count == 2, "words under a prefix are missing")
      try await other.setControl("campaign/a", to: nil)
      try await other.setControl("campaign/none", to: nil)
      let left = try await world.log.control()
      try expect(left == ["campaign/b": []], "the words left are \(left)")
    },
    Check("what is too large is refused with a sentence, and nothing of it is published") { world in
      let consumer = try await world.log.consumer(of: [design], worker: WorkerID("w"))
      let wrong = [
        Message(topic: design, key: "", body: []),
        Message(topic: design, key: String(repeating: "k", count: MessageLimit.keyBytes + 1), body: []),
        Message(topic: design, key: "k", body: [UInt8](repeating: 0, count: MessageLimit.bodyBytes + 1)),
        Message(
          topic: design, key: "k", body: [],
          headers: ["h": String(repeating: "h", count: MessageLimit.headerBytes)]),
      ]
      for message in wrong {
        do {
          try await world.log.publish([message])
          throw Broken("a message that is too large was taken")
        } catch let error as MessageLogError {
          try expect(!error.isRetriable, "“\(error)” invites to try again")
          try expect(error.message.contains(design.name), "“\(error)” does not name the topic")
        }
      }
      try await world.log.publish([])
      try await world.log.publish([message("a", "sound")])
      try await expectNext(consumer, "sound", because: "the others were refused").finish()
      await consumer.close()
    },
  ]
}
