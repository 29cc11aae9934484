internal import PaperModel

extension JournalConformance {
  static let appending: [Check] = [
    Check("an entry that was appended is read as it was, with its number and a time") { world in
      let stream = try streamID("one")
      try expect(try await world.journal.entries(of: stream, from: 0).isEmpty, "a new stream has entries")
      for number in 0..<Int64(5) {
        try expect(try await world.journal.append(fact(number), to: stream, at: number), "\(number) was refused")
      }
      let entries = try await world.journal.entries(of: stream, from: 0)
      try expect(entries.map(\.number) == [0, 1, 2, 3, 4], "the numbers are \(entries.map(\.number))")
      try expect(entries.map(\.fact) == (0..<5).map { fact($0) }, "the facts are others: \(entries)")
      try expect(entries.allSatisfy { $0.atMicroseconds > 0 }, "an entry has no time")
    },
    Check("of 64 who put the same number at once, exactly one wins, and its entry stands") { world in
      let stream = try streamID("contended")
      let others = try await world.other?()
      for number in 0..<Int64(8) {
        let winners = try await withThrowingTaskGroup(of: String?.self) { group in
          for writer in 0..<64 {
            let journal = writer % 2 == 0 ? world.journal : others ?? world.journal
            group.addTask {
              try await journal.append(fact(number, by: "w\(writer)"), to: stream, at: number) ? "w\(writer)" : nil
            }
          }
          return try await group.reduce(into: [String]()) { if let winner = $1 { $0.append(winner) } }
        }
        try expect(winners.count == 1, "\(winners.count) of 64 have won number \(number)")
        let entry = try await world.journal.entries(of: stream, from: number).first
        try expect(entry?.fact == fact(number, by: winners[0]), "number \(number) is not its winner's")
      }
    },
    Check("a taken number is answered with false and nothing is changed") { world in
      let stream = try streamID("taken")
      for number in 0..<Int64(3) { _ = try await world.journal.append(fact(number), to: stream, at: number) }
      for number in 0..<Int64(3) {
        let isAppended = try await world.journal.append(fact(9, by: "late"), to: stream, at: number)
        try expect(!isAppended, "number \(number) was given twice")
      }
      let facts = try await world.journal.entries(of: stream, from: 0).map(\.fact)
      try expect(facts == (0..<3).map { fact($0) }, "a refused append has changed the journal")
    },
    Check("a number past the end is refused and leaves no trace") { world in
      let stream = try streamID("gap")
      for number in [Int64(1), 7, .max, -1] {
        let error = try await refusal(of: "number \(number) of an empty journal") {
          _ = try await world.journal.append(fact(0), to: stream, at: number)
        }
        try expect(error.kind == .misuse, "the gap is called \(error.kind)")
        try expect(error.message.contains("\(stream)"), "“\(error)” does not name the stream")
      }
      _ = try await world.journal.append(fact(0), to: stream, at: 0)
      let error = try await refusal(of: "number 2 after number 0") {
        _ = try await world.journal.append(fact(2), to: stream, at: 2)
      }
      try expect(error.kind == .misuse, "the gap is called \(error.kind)")
      try expect(try await world.journal.entries(of: stream, from: 0).count == 1, "a refused append was written")
    },
    Check("what was appended is there for another process at once, and the other way round") { world in
      guard let other = try await world.other?() else { return }
      let stream = try streamID("shared")
      for number in 0..<Int64(20) {
        let (writer, reader) = number % 2 == 0 ? (world.journal, other) : (other, world.journal)
        try expect(try await writer.append(fact(number), to: stream, at: number), "number \(number) was refused")
        let seen = try await reader.entries(of: stream, from: number)
        try expect(seen.map(\.fact) == [fact(number)], "number \(number) is not seen by the other process")
      }
    },
    Check("many streams grow at once, each by its own numbers") { world in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<32 {
          let stream = try streamID("many-\(index)", .run)
          group.addTask {
            for number in 0..<Int64(8) { _ = try await world.journal.append(fact(number), to: stream, at: number) }
            let entries = try await world.journal.entries(of: stream, from: 0)
            try expect(entries.map(\.fact) == (0..<8).map { fact($0) }, "\(stream) has lost entries")
          }
        }
        try await group.waitForAll()
      }
    },
  ]
}
