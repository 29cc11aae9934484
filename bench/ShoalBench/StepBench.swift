/// Durable no-op steps through the whole worker, message log included.
enum StepBench {
  /// Steps a second with this many papers in flight, ten steps to a stage; the median of five runs.
  static func throughput(streams: Int, commit: Double) async throws -> Measurement {
    let steps = 10
    let rate = try await withFolder { folder in
      let world = try await NoOpWorld(folder, slots: streams, steps: steps)
      try await world.papers((0..<32).map { "warm.\($0)" })
      var run = 0
      let rate = try await repeated(5) {
        run += 1
        let begin = seconds()
        try await world.papers((0..<streams).map { "r\(run).\($0)" })
        return Double(streams * 6 * steps) / (seconds() - begin)
      }
      try await world.close()
      return rate
    }
    return Measurement(
      name: "durable no-op steps, streams in flight: \(streams)", value: rate.median, unit: "steps/s",
      ratio: rate.median * commit, to: "single FULL commits a second",
      target: streams >= 1024 ? "at least 5" : streams >= 256 ? "at least 3" : nil)
  }

  /// The duration of a step if there is only one stream.
  static func latency(commit: Double) async throws -> [Measurement] {
    var samples = try await withFolder { folder in
      let world = try await NoOpWorld(folder, slots: 1, steps: 10)
      try await world.papers(["warm"])
      _ = world.meter.takeSteps()
      for number in 0..<60 { try await world.papers(["p\(number)"]) }
      try await world.close()
      return world.meter.takeSteps()
    }
    return [(0.5, "p50", "at most 2.7"), (0.99, "p99", "at most 7")].map { share, name, target in
      let value = samples.quantile(share)
      return Measurement(
        name: "a step of one stream alone, \(name)", value: value * 1e3, unit: "ms", ratio: value / commit,
        to: "the time of one FULL commit", target: target)
    }
  }

  /// A whole paper of no-op stages, one step each.
  static func paper(commit: Double) async throws -> Measurement {
    var samples = Samples()
    try await withFolder { folder in
      let world = try await NoOpWorld(folder, slots: 1, steps: 1)
      for number in 0..<120 {
        let begin = seconds()
        try await world.papers(["p\(number)"])
        if number >= 20 { samples.add(seconds() - begin) }
      }
      try await world.close()
    }
    let value = samples.quantile(0.5)
    return Measurement(
      name: "a paper of six no-op stages, p50", value: value * 1e3, unit: "ms", ratio: value / commit,
      to: "the time of one FULL commit", target: "at most 15 ms")
  }
}
