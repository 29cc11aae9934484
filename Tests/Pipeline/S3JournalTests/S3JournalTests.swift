import Journal
import PaperModel
import ServiceTestSupport
import Synchronization
import Testing

@testable import S3Journal

@Suite("A journal in a bucket", .timeLimit(.minutes(10)), .enabled(if: SeaweedFS.isInstalled, noServer))
struct S3JournalTests {
  @Test(arguments: JournalConformance.checks)
  func `keeps every journal's promises`(check: JournalConformance.Check) async throws {
    let server = try await SeaweedFS.shared()
    let (place, age) = (try server.place(), HeartbeatAge())
    let clock = MachineClock()
    let store = try await S3Store.open(place, credentials: server.credentials, clock: clock, age: age)
    let other = try await S3Store.open(place, credentials: server.credentials, clock: clock, age: age)
    try await check.run(
      .init(
        journal: store.journal, other: { other.journal }, letPass: { age.letPass(seconds: $0) },
        damage: { stream, number in
          try await store.bucket.put(place.key("journal/\(stream)!/00000000000\(number)"), [1, 2, 3])
        }))
    await store.close()
    await other.close()
  }

  @Test("keeps the promises of every index of ideas", arguments: IdeaIndexConformance.checks)
  func ideas(check: IdeaIndexConformance.Check) async throws {
    let server = try await SeaweedFS.shared()
    let place = try server.place()
    let store = try await S3Store.open(place, credentials: server.credentials)
    let other = try await S3Store.open(place, credentials: server.credentials)
    try await check.run(
      .init(index: store.ideas, other: other.ideas) { key in
        let name = [key.template, key.subject, key.identity].map(IdeaRows.name).joined(separator: "/")
        try await store.bucket.put(place.key("ideas/\(name)"), [1, 2, 3])
      })
    await store.close()
    await other.close()
  }

  @Test func `a missing entry is named, and its number is not given again`() async throws {
    try await withStore { store, server in
      let stream = try #require(StreamID(.paper, "x"))
      for number in 0..<Int64(4) { _ = try await store.journal.append(fact(number), to: stream, at: number) }
      let key = store.location.key("journal/paper/x!/000000000002")
      try await store.bucket.remove(key)
      // A journal caches what it appended itself.
      let known = try await store.journal.entries(of: stream, from: 0)
      #expect(known.map(\.fact) == (0..<4).map { fact($0) })
      let other = try await S3Store.open(store.location, credentials: server.credentials)
      let journal = other.journal
      for read in [Int64(0), 2] {
        let error = await #expect(throws: JournalError.self) { try await journal.entries(of: stream, from: read) }
        #expect(error?.kind == .damaged && error?.message.contains(key) == true)
      }
      let error = await #expect(throws: JournalError.self) { try await journal.append(fact(9), to: stream, at: 2) }
      #expect(error?.kind == .damaged)
      let rest = try await journal.entries(of: stream, from: 3)
      #expect(rest.count == 1)
      await other.close()
    }
  }

  @Test func `foreign files in a journal are named`() async throws {
    try await withStore { store, _ in
      let stream = try #require(StreamID(.paper, "x"))
      _ = try await store.journal.append(fact(0), to: stream, at: 0)
      try await store.bucket.put(store.location.key("journal/paper/x!/1"), [1])
      let strange = await #expect(throws: JournalError.self) { try await store.journal.entries(of: stream, from: 0) }
      #expect(strange?.kind == .damaged && strange?.message.contains("x!/1") == true)
      try await store.bucket.put(store.location.key("journal/paper/NOTES"), [1])
      let listed = await #expect(throws: JournalError.self) {
        try await store.journal.streams(of: .paper, after: nil, limit: 10)
      }
      #expect(listed?.message.contains("NOTES") == true)
    }
  }

  @Test func `a journal of over a thousand entries is read whole, in its order`() async throws {
    try await withStore { store, _ in
      let stream = try #require(StreamID(.paper, "long"))
      for number in 0..<Int64(1100) { _ = try await store.journal.append(fact(number), to: stream, at: number) }
      let entries = try await store.journal.entries(of: stream, from: 0)
      #expect(entries.map(\.number) == Array(0..<1100))
    }
  }

  @Test(arguments: [FaultyProxy.Fate.answerLost, .requestLost, .answerBlurred])
  func `an append whose answer or request is lost is answered rightly`(fate: FaultyProxy.Fate) async throws {
    let server = try await SeaweedFS.shared()
    let left = Mutex(0)
    let proxy = FaultyProxy(before: server.port) { head in
      guard head.hasPrefix("PUT "), head.contains("journal/") else { return .passed }
      return left.withLock { left in
        left -= 1
        return left >= 0 ? fate : .passed
      }
    }
    let place = try server.place(port: proxy.port)
    let store = try await S3Store.open(place, credentials: server.credentials)
    let stream = try #require(StreamID(.paper, "x"))
    for number in 0..<Int64(6) {
      left.withLock { $0 = Int(number) % 3 }
      let isAppended = try await store.journal.append(fact(number), to: stream, at: number)
      #expect(isAppended, "number \(number) was written by this worker and is said to be another's")
    }
    // The number is taken by another writer: whichever answer is lost, append returns false.
    let direct = try S3Location("\(place)", endpoint: server.endpoint)
    let rival = try await S3Store.open(direct, credentials: server.credentials)
    #expect(try await rival.journal.append(fact(6, by: "rival"), to: stream, at: 6))
    left.withLock { $0 = 2 }
    #expect(try await !store.journal.append(fact(6), to: stream, at: 6))
    let facts = try await rival.journal.entries(of: stream, from: 0).map(\.fact)
    #expect(facts == (0..<6).map { fact($0) } + [fact(6, by: "rival")])
    await store.close()
    await rival.close()
    proxy.stop()
  }

  @Test func `with many writers on a bad network each number has one winner that knows it`() async throws {
    let server = try await SeaweedFS.shared()
    let proxy = FaultyProxy(before: server.port) { head in
      guard head.contains("journal/") else { return .passed }
      return [.passed, .passed, .answerLost, .requestLost, .answerBlurred].randomElement() ?? .passed
    }
    let place = try server.place(port: proxy.port)
    let store = try await S3Store.open(place, credentials: server.credentials)
    let stream = try #require(StreamID(.paper, "x"))
    for number in 0..<Int64(10) {
      let claims = await withTaskGroup(of: Claim.self) { group in
        for name in ["a", "b", "c", "d"] {
          group.addTask {
            Claim(name: name, won: try? await store.journal.append(fact(number, by: name), to: stream, at: number))
          }
        }
        return await group.reduce(into: [String: Bool?]()) { $0[$1.name] = $1.won }
      }
      // A writer that got no answer may be the winner too.
      let direct = try S3Location("\(place)", endpoint: server.endpoint)
      let reader = try await S3Store.open(direct, credentials: server.credentials)
      let written = try await reader.journal.entries(of: stream, from: number).first?.fact
      await reader.close()
      guard case .claimed(let winner, _, _, _) = written else {
        Issue.record("number \(number) is not written: \(claims)")
        return
      }
      for (name, claim) in claims {
        if claim == true { #expect(name == winner.name) }
        if claim == false { #expect(name != winner.name, "\(name) has won and was told that it has not") }
      }
    }
    await store.close()
    proxy.stop()
  }
}

/// The result of one writer's append: nil if the network lost the answer.
private struct Claim: Sendable {
  let name: String
  let won: Bool?
}
