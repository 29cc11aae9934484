import FolderJournal
import PaperModel
import Testing

/// Submits papers while a cluster is disturbed, and knows how many have not ended.
actor PaperFeed {
  private let cluster: DisturbedCluster
  private let journal: FolderJournal
  private let ideas: Int
  private var campaigns = 0
  private var ended: Set<StreamID> = []

  init(_ cluster: DisturbedCluster, ideas: Int) async throws {
    self.cluster = cluster
    self.ideas = ideas
    journal = try await FolderJournal(folder: cluster.machine.store)
  }

  var submitted: Int { campaigns * ideas }

  /// Submits a campaign with its own ideas.
  func submit() async throws {
    let name = "chaos\(campaigns + 1)"
    campaigns += 1
    let template = try cluster.template(name)
    try await cluster.desk.expect(
      0, ["submit", "--template", template, "--ideas", "\(ideas)", "--name", name], limit: .seconds(120))
  }

  /// Submits whenever fewer papers than `least` are unfinished.
  func feed(atLeast least: Int, until end: Int64) async throws {
    while Pace.now < end {
      if try await unfinished() < least { try await submit() }
      try await Pace.rest(2)
    }
  }

  /// The number of requested papers that have not ended.
  func unfinished() async throws -> Int {
    for paper in try await journal.streams(of: .paper, after: nil, limit: 10_000) where !ended.contains(paper) {
      if try await StreamStates.hasEnded(paper, journal) { ended.insert(paper) }
    }
    return submitted - ended.count
  }
}
