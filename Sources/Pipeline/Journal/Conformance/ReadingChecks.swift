internal import PaperModel

extension JournalConformance {
  static let reading: [Check] = [
    Check("reading begins at any number, and past the end there is nothing") { world in
      let stream = try streamID("from")
      for number in 0..<Int64(12) { _ = try await world.journal.append(fact(number), to: stream, at: number) }
      for start in [Int64(0), 5, 9, 11, 12, 99] {
        let numbers = try await world.journal.entries(of: stream, from: start).map(\.number)
        try expect(numbers == Array(min(start, 12)..<Int64(12)), "from \(start) on there is \(numbers)")
      }
    },
    Check("streams are listed by kind and name, page by page, each once") { world in
      let names = ["a", "a-1", "a.1", "a.10", "a.2", "b", "z9"]
      for name in names.reversed() {
        for kind in [StreamID.Kind.paper, .run] {
          let stream = try streamID(name, kind)
          for number in 0..<Int64(2) { _ = try await world.journal.append(fact(number), to: stream, at: number) }
        }
      }
      for limit in [1, 3, 100] {
        var found: [String] = []
        while true {
          let page = try await world.journal.streams(of: .paper, after: found.last, limit: limit)
          try expect(page.count <= limit, "a page of at most \(limit) has \(page.count)")
          try expect(page.allSatisfy { $0.kind == .paper }, "a page of papers has others")
          guard !page.isEmpty else { break }
          found += page.map(\.name)
        }
        try expect(found == names.sorted(), "in pages of \(limit) there are \(found)")
      }
      try expect(try await world.journal.streams(of: .campaign, after: nil, limit: 9).isEmpty, "there is a campaign")
      try expect(try await world.journal.streams(of: .paper, after: nil, limit: 0).isEmpty, "an empty page is full")
    },
    Check("a damaged entry is named for whoever has to read it, and nothing is overwritten") { world in
      guard let damage = world.damage else { return }
      let stream = try streamID("damaged")
      let sound = try streamID("sound")
      for number in 0..<Int64(3) {
        _ = try await world.journal.append(fact(number), to: stream, at: number)
        _ = try await world.journal.append(fact(number), to: sound, at: number)
      }
      try await damage(stream, 1)
      // Read through another process if possible: a journal may cache what it has appended.
      let journal = try await world.other?() ?? world.journal
      for _ in 0..<2 {
        let error = try await refusal(of: "a damaged entry") {
          _ = try await journal.entries(of: stream, from: 0)
        }
        try expect(error.kind == .damaged, "the damage is called \(error.kind)")
        try expect(error.damagedStream == stream, "the error does not tell which stream is damaged")
        try expect(error.message.contains("\(stream)"), "“\(error)” does not name the stream")
        try expect(error.message.contains("/"), "“\(error)” does not name the file")
        // A worker that believes the number is free must not get it.
        let isAppended = (try? await journal.append(fact(1), to: stream, at: 1)) ?? false
        try expect(!isAppended, "the damaged entry was written again")
      }
      try expect(try await journal.entries(of: stream, from: 2).count == 1, "a sound entry is not read")
      try expect(try await journal.entries(of: sound, from: 0).count == 3, "another stream has suffered")
    },
  ]

  static let living: [Check] = [
    Check("a worker lives from its first heartbeat until its goodbye") { world in
      let worker = WorkerID("worker 1/ä")
      try expect(try await world.journal.liveness(of: worker) == .gone, "a worker lives before its first heartbeat")
      try await world.journal.beat(worker)
      try await world.journal.beat(worker)
      try expect(try await world.journal.liveness(of: worker) == .alive, "its heartbeat is fresh and it is gone")
      try expect(try await world.journal.liveness(of: WorkerID("another")) == .gone, "a heartbeat counts for another")
      if let other = try await world.other?() {
        try expect(try await other.liveness(of: worker) == .alive, "another process does not see its heartbeat")
      }
      try expect(try await world.journal.living() == [worker], "it is not among the living")
      try await world.journal.sayGoodbye(worker)
      try expect(try await world.journal.living().isEmpty, "it has said goodbye and is among the living")
      try expect(try await world.journal.liveness(of: worker) == .gone, "it has said goodbye and lives")
      try await world.journal.sayGoodbye(worker)
    },
    Check("a heartbeat grows stale, and a new one makes it fresh again") { world in
      let worker = WorkerID("frozen")
      let stale = Int(Heartbeat.staleAfter.components.seconds)
      try await world.journal.beat(worker)
      try await world.letPass(stale - 5)
      try expect(try await world.journal.liveness(of: worker) == .alive, "it is gone before its heartbeat is stale")
      try await world.letPass(10)
      try expect(try await world.journal.liveness(of: worker) == .gone, "its heartbeat is stale and it lives")
      try await world.journal.beat(worker)
      try expect(try await world.journal.liveness(of: worker) == .alive, "a worker that thawed is gone")
    },
    Check("the living are listed by name, and those whose heartbeats are stale are not") { world in
      try expect(try await world.journal.living().isEmpty, "somebody lives before any heartbeat")
      let (frozen, first, second) = (WorkerID("a frozen one"), WorkerID("worker-1"), WorkerID("worker-2"))
      for worker in [second, frozen, first] { try await world.journal.beat(worker) }
      try expect(try await world.journal.living() == [frozen, first, second], "not all are listed in order")
      if let other = try await world.other?() {
        try expect(try await other.living() == [frozen, first, second], "another process does not see them")
      }
      try await world.letPass(Int(Heartbeat.staleAfter.components.seconds) + 5)
      for worker in [first, second] { try await world.journal.beat(worker) }
      try expect(try await world.journal.living() == [first, second], "a stale heartbeat is among the living")
      try await world.letPass(Int(Heartbeat.forgottenAfter.components.seconds) + 5)
      try await world.journal.beat(second)
      try expect(try await world.journal.living() == [second], "those long dead are among the living")
      // A goodbye removes the marks of the long dead; the next heartbeat of one that lives after all counts.
      try await world.journal.sayGoodbye(first)
      try await world.journal.beat(frozen)
      try expect(try await world.journal.living() == [frozen, second], "a worker that thawed late is not listed")
    },
  ]
}
