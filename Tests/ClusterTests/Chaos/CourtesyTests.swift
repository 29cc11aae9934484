import FolderJournal
import Foundation
import Journal
import Kafka
import PaperModel
import PipelineRules
import ServiceTestSupport
import Testing

/// A run is not executed again because its partition moved to another worker.
@Suite(.serialized, .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)))
struct CourtesyTests {
  @Test(.timeLimit(.minutes(4)))
  func `workers join and leave while runs are going on, and no run is executed twice`() async throws {
    try await DisturbedCluster.with { cluster in
      let words = ["--stages", "run.cpu", "--parallel", "6", "--drain", "60s"]
      let first = CrewMember("first", cluster.machine, words)
      let others = (1...3).map { CrewMember("other\($0)", cluster.machine, words) }
      let thinker = CrewMember(
        "thinker", cluster.machine, ["--stages", "ideate,novelty,design,plot,write,review,revise", "--parallel", "1"])
      let crew = [first, thinker] + others
      try await crew.atWork { try await run(cluster, first, thinker, others) }
      for member in crew { #expect(member.surprises.isEmpty, "\(member.surprises)") }
      try await check(cluster)
    }
  }

  private func run(
    _ cluster: DisturbedCluster, _ first: CrewMember, _ thinker: CrewMember, _ others: [CrewMember]
  ) async throws {
    for member in [first, thinker] { member.start() }
    let template = try cluster.template("resting", resting: 12)
    try await cluster.desk.expect(0, ["submit", "--template", template, "--ideas", "2", "--name", "courtesy"])

    let admin = try KafkaAdmin(KafkaConfiguration(brokers: cluster.kafka.brokers))
    let journal = try await FolderJournal(folder: cluster.machine.store)
    // The group of a topic has its name.
    let group = "\(cluster.prefix)work.run.cpu"
    var moves = Moves()
    // They come and go as long as there is work.
    let comings = Task {
      while !Task.isCancelled {
        for member in others { member.start() }
        try await Pace.rest(5)
        await others.concurrently { await $0.leave() }
        try await Pace.rest(2)
      }
    }
    let isDone = try await Pace.look(every: 0.3, within: 200) {
      moves.look(try? await admin.describe(group: group), await held(group, admin))
      let papers = try await journal.streams(of: .paper, after: nil, limit: 10)
      var ended = 0
      for paper in papers {
        if try await StreamStates.hasEnded(paper, journal) { ended += 1 }
      }
      return ended == 2
    }
    comings.cancel()
    _ = try? await comings.value
    #expect(isDone)
    print("Partitions of runs that were going on moved \(moves.count) times")
    #expect(moves.count > 0, "nothing was tried: no partition of a run in work moved")
    // The last worker to hold a run's message has acknowledged it.
    let isAcknowledged = try await Pace.look(every: 0.3, within: 30) { await held(group, admin).isEmpty }
    #expect(isAcknowledged)
    await admin.close()
    await ([first, thinker] + others).concurrently { await $0.leave() }
  }

  private func check(_ cluster: DisturbedCluster) async throws {
    let found = try await ClusterInspection(store: cluster.machine.store, data: cluster.machine.local)
    found.checkMoney()
    #expect(found.papers.allSatisfy { $0.end == .done })
    #expect(found.repeatedExecutions == 0, "\(found.executions.keys.sorted())")
    for (stream, entries) in found.journals {
      let state = found.states[stream]
      #expect(state?.books.lines.allSatisfy { $0.state == .finished } ?? false, "an attempt of \(stream) was lost")
      if stream.kind == .run {
        #expect(
          entries.count { if case .claimed = $0.fact { true } else { false } } == 1, "\(stream) was claimed again")
      }
    }
  }

  /// Partitions with messages that are not acknowledged.
  private func held(_ group: String, _ admin: KafkaAdmin) async -> Set<TopicPartition> {
    guard let committed = try? await admin.offsets(ofGroup: group) else { return [] }
    var held: Set<TopicPartition> = []
    for number in 0..<24 {
      let place = TopicPartition(group, Int32(number))
      guard let ends = try? await admin.watermarks(of: place) else { continue }
      if ends.upperBound > committed[place]?.offset ?? 0 { held.insert(place) }
    }
    return held
  }
}

/// Counts how often partitions with unfinished work moved from one member to another.
private struct Moves {
  private var owners: [TopicPartition: String] = [:]
  private(set) var count = 0

  mutating func look(_ group: KafkaGroupDescription?, _ held: Set<TopicPartition>) {
    guard let group else { return }
    owners = owners.filter { held.contains($0.key) }
    for member in group.members {
      for partition in member.partitions where held.contains(partition) {
        if let before = owners[partition], before != member.identifier { count += 1 }
        owners[partition] = member.identifier
      }
    }
  }
}
