public import PaperModel

/// The promises of every index of ideas, as checks that any test can run: each gets a world of its own.
public enum IdeaIndexConformance {
  /// An index, and ways to act on its surroundings.
  public struct World: Sendable {
    public let index: any IdeaIndex
    /// The same index from another process; the index itself if it exists in one process only.
    public let other: any IdeaIndex
    /// Damages the row of an idea; nil if rows can't be damaged.
    public let damage: (@Sendable (IdeaKey) async throws -> Void)?

    public init(
      index: any IdeaIndex, other: any IdeaIndex, damage: (@Sendable (IdeaKey) async throws -> Void)? = nil
    ) {
      self.index = index
      self.other = other
      self.damage = damage
    }
  }

  /// A check; throws if the index breaks its promise.
  public struct Check: Sendable, CustomStringConvertible {
    /// The promise, as a sentence.
    public let description: String
    public let run: @Sendable (World) async throws -> Void

    init(_ description: String, _ run: @escaping @Sendable (World) async throws -> Void) {
      self.description = description
      self.run = run
    }
  }

  public static let checks: [Check] = reserving + listing

  private static func expect(_ isKept: Bool, _ otherwise: @autoclosure () -> String) throws {
    if !isKept { throw JournalConformance.Broken(otherwise()) }
  }

  private static func idea(
    _ setting: String?, _ values: [String], template: String = "t", campaign: String = "c", ordinal: Int = 1
  ) -> IndexedIdea {
    let study = setting.map { Study(setting: $0, words: "", baseline: "1", values: values) }
    return IndexedIdea(
      Idea(
        name: "n\(ordinal)", title: "Title \(values.joined(separator: " "))", question: "", experiment: "",
        interestingness: 1, feasibility: 1, novelty: 1, study: study), on: template, campaign: campaign,
      ordinal: ordinal)
  }

  private static let reserving: [Check] = [
    Check("an idea that was reserved is listed as it was, with its time") { world in
      let idea = idea("rate", ["0.1", "2"])
      let standing = try await world.index.reserve(idea)
      try expect(standing.atMicroseconds > 0, "it has no time")
      let old = try await world.index.reserve(Self.idea("rate", ["3"], ordinal: 2), atMicroseconds: 7)
      try expect(old.atMicroseconds == 7, "a given time is not kept: \(old.atMicroseconds)")
      for index in [world.index, world.other] {
        let listed = try await index.ideas(on: "t", most: 10)
        try expect(Set(listed) == [standing, old], "listed is \(listed)")
      }
    },
    Check("of 64 who reserve a study at once, one gets it, and all learn who") { world in
      for round in 0..<8 {
        let holders = try await withThrowingTaskGroup(of: String.self) { group in
          for writer in 0..<64 {
            let index = writer % 2 == 0 ? world.index : world.other
            group.addTask {
              try await index.reserve(idea("rate", ["\(round)"], campaign: "c\(writer)")).campaign
            }
          }
          return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        try expect(holders.count == 1, "in round \(round) the study is held by \(holders.sorted())")
      }
      let listed = try await world.other.ideas(on: "t", most: 100)
      try expect(listed.count == 8, "8 studies were reserved, and \(listed.count) are listed")
    },
    Check("a reservation may be repeated and never changes") { world in
      let first = try await world.index.reserve(idea("rate", ["1"], ordinal: 1), atMicroseconds: 5)
      for index in [world.index, world.other] {
        let again = try await index.reserve(idea("rate", ["1"], ordinal: 4))
        try expect(again == first, "it is \(again)")
        let rival = try await index.reserve(idea("rate", ["1"], campaign: "rival"))
        try expect(rival == first, "a rival reads \(rival)")
      }
    },
    Check("the same values in another spelling and order are the same study, on another template they are not") {
      world in
      let first = try await world.index.reserve(idea("rate", ["0.10", "2", "\"a\""]))
      let same = try await world.index.reserve(idea("rate", ["'a'", "2.0", "1e-1"], campaign: "d"))
      try expect(same == first, "it was reserved twice: \(same)")
      for other in [
        idea("rate", ["0.1", "2"], campaign: "d"), idea("decay", ["0.1", "2", "\"a\""], campaign: "d"),
        idea("rate", ["0.1", "2", "\"a\""], template: "u", campaign: "d"),
      ] {
        let standing = try await world.index.reserve(other)
        try expect(standing.campaign == "d", "\(other.key) counts as \(standing.key)")
      }
    },
    Check("a row that is damaged is refused by its place") { world in
      guard let damage = world.damage else { return }
      let idea = try await world.index.reserve(idea("rate", ["1"]))
      try await damage(idea.key)
      do {
        _ = try await world.other.ideas(on: "t", most: 10)
      } catch let failure as Failure {
        try expect(failure.kind == "damagedIdea" && failure.advice.contains("recover"), "it is \(failure)")
        return
      }
      throw JournalConformance.Broken("a damaged row was read")
    },
  ]

  private static let listing: [Check] = [
    Check("pages have every idea of a template once, by subject where one is asked for") { world in
      var expected: [String: Set<String>] = [:]
      for number in 0..<23 {
        let subject = number % 3 == 0 ? nil : number % 3 == 1 ? "rate" : "decay"
        let idea = try await world.index.reserve(idea(subject, ["\(number)"], ordinal: number + 1))
        expected[idea.key.subject, default: []].insert(idea.name)
      }
      _ = try await world.index.reserve(idea("rate", ["1"], template: "other"))
      for subject in ["", "rate", "decay", "none", nil] {
        let wanted = subject.map { expected[$0] ?? [] } ?? expected.values.reduce(into: []) { $0.formUnion($1) }
        for limit in [1, 5, 1000] {
          var found: [String] = []
          var page: String?
          repeat {
            let next = try await world.other.ideas(on: "t", subject: subject, from: page, limit: limit)
            try expect(next.ideas.count <= limit, "a page of \(limit) has \(next.ideas.count)")
            found += next.ideas.map(\.name)
            page = next.next
          } while page != nil
          try expect(
            found.count == wanted.count && Set(found) == wanted,
            "\(subject ?? "all") in pages of \(limit) is \(found.sorted()), not \(wanted.sorted())")
        }
      }
      let few = try await world.index.ideas(on: "t", most: 4)
      try expect(few.count == 4, "the first 4 are \(few.count)")
    },
    Check("names of any kind are kept: with slashes, dots, quotes, line ends, none at all") { world in
      let odd = [
        "", ".", "../x", "a/b", "Größe", "🌊", "'; DROP TABLE idea; --", "\u{0}", String(repeating: "x", count: 2000),
      ]
      for (number, name) in odd.enumerated() {
        for idea in [
          idea(name, ["\"\(name)\""], template: name, ordinal: number + 1), idea(nil, [name], template: name),
        ] {
          let standing = try await world.index.reserve(idea)
          try expect(standing.key == idea.key, "\(idea.key) became \(standing.key)")
        }
        let listed = try await world.other.ideas(on: name, most: 10)
        try expect(Set(listed.map(\.key.template)) == [name] && listed.count == 2, "on “\(name)” are \(listed)")
      }
    },
    Check("the mark is seen by all once it is set, and is no idea") { world in
      for index in [world.index, world.other] {
        let isComplete = try await index.isComplete()
        try expect(!isComplete, "a new index is complete")
      }
      for _ in 0..<2 { try await world.index.markComplete() }
      for index in [world.index, world.other] {
        let isComplete = try await index.isComplete()
        try expect(isComplete, "the mark is not seen")
      }
      for name in ["t", "complete", ""] {
        let listed = try await world.index.ideas(on: name, most: 10)
        try expect(listed.isEmpty, "the mark is listed: \(listed)")
      }
    },
  ]
}
