/// The figures with one real broker, and those of peers.
enum ClusterBench {
  static func measure(program: String, commit: Double, _ figures: Figures) async throws {
    var ours: [Measurement] = []
    try await withFolder { folder in
      let broker = try await Broker("\(folder)/kafka")
      do {
        try await ClientBench.measure(program: program, broker: broker.address, folder: folder, figures)
        ours = try await steps(broker: broker.address, folder: folder, commit: commit, figures)
        figures.add(try await ClusterSteps.handoff(broker: broker.address, folder: "\(folder)/store"))
        figures.add(
          try await ScaleBench.measure(
            broker: broker.address, folder: "\(folder)/store", program: program))
      } catch {
        try? await broker.stop()
        throw error
      }
      try await broker.stop()
    }
    let peers = try await withFolder { try await Peers.measure($0, commit: commit) }
    figures.add(peers)
    if let best = ours.max(by: { $0.value < $1.value }) { figures.add(Peers.comparisons(peers, ours: best)) }
  }

  /// Only durable steps.
  static func steps(commit: Double, _ figures: Figures) async throws {
    try await withFolder { folder in
      let broker = try await Broker("\(folder)/kafka")
      do { _ = try await steps(broker: broker.address, folder: folder, commit: commit, figures) } catch {
        try? await broker.stop()
        throw error
      }
      try await broker.stop()
    }
  }

  /// Durable steps with a journal that a cluster can have, which are the result, and with one in SQLite, which shows
  /// the log's share.
  private static func steps(
    broker: String, folder: String, commit: Double, _ figures: Figures
  ) async throws -> [Measurement] {
    try await ClusterWorld.makeTopics(broker: broker)
    var ours: [Measurement] = []
    for place in [ClusterWorld.Place.folder, .file] {
      for streams in [32, 256, 1024] {
        let figure = try await ClusterSteps.throughput(
          broker: broker, folder: "\(folder)/store", place, streams: streams, commit: commit)
        if place == .folder { ours.append(figure) }
        figures.add([figure])
      }
    }
    return ours
  }
}
