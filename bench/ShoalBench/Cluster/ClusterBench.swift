/// What is measured with one real broker, and of others beside it.
enum ClusterBench {
  static func measure(program: String, commit: Double, _ figures: Figures) async throws {
    var steps: [Measurement] = []
    try await withFolder { folder in
      let broker = try await Broker("\(folder)/kafka")
      do {
        try await ClientBench.measure(program: program, broker: broker.address, folder: folder, figures)
        try await ClusterWorld.makeTopics(broker: broker.address)
        for (place, streams) in [(ClusterWorld.Place.folder, 32), (.file, 32), (.file, 256), (.file, 1024)] {
          let figure = try await ClusterSteps.throughput(
            broker: broker.address, folder: "\(folder)/store", place, streams: streams, commit: commit)
          if place == .folder { steps.append(figure) }
          figures.add([figure])
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
