/// What is measured with one real broker, and of others beside it.
enum ClusterBench {
  static func measure(program: String, commit: Double, _ figures: Figures) async throws {
    var steps: [Measurement] = []
    try await withFolder { folder in
      let broker = try await Broker("\(folder)/kafka")
      do {
        try await ClusterWorld.makeTopics(broker: broker.address)
        for streams in [16, 256, 1024] {
          steps.append(
            try await ClusterSteps.throughput(
              broker: broker.address, folder: "\(folder)/store", streams: streams, commit: commit))
          figures.add([steps[steps.count - 1]])
        }
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
    if let ours = steps.max(by: { $0.value < $1.value }), let comparison = Peers.comparison(peers, ours: ours) {
      figures.add([comparison])
    }
  }
}
