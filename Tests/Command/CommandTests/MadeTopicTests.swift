import Testing

@testable import shoal

@Suite struct MadeTopicTests {
  @Test func `new topics of another size than existing ones are noted`() {
    let old = ["a", "b"].map { MadeTopic(name: $0, isNew: false, workPartitions: 6) }
    let new = MadeTopic(name: "c", isNew: true, workPartitions: 24)
    let other = MadeTopic(name: "events", isNew: true, workPartitions: nil)
    #expect(MadeTopic.note(old + [other]) == nil)
    #expect(MadeTopic.note(old + [MadeTopic(name: "c", isNew: true, workPartitions: 6)]) == nil)
    let note = MadeTopic.note(old + [new, other])
    #expect(note?.hasPrefix("New work topics have 24 partitions; a and 1 more had 6 and stay as they are.") == true)
  }

  @Test func `a work topic is named with or without the prefix of its cluster`() async throws {
    let place = ["--brokers", "127.0.0.1:1", "--store", "/no/store"]
    for name in ["work.plot", "shoal.work.plot"] {
      let run = try await CommandRun.of(["replay", "--topic", name] + place)
      #expect(run.code == 2 && run.errors.contains("--topic needs --since"), "\(run.errors)")
    }
    let dead = try await CommandRun.of(["replay", "--topic", "shoal.dead.plot", "--since", "1h"] + place)
    #expect(dead.code == 2 && dead.errors.contains("use shoal dead replay --stage plot"), "\(dead.errors)")
  }
}
