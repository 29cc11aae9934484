import EmbeddedStore
import Glibc
import Journal
import MessageLog
import PaperModel

/// Measures the command itself: how fast it starts, its memory when idle, how fast it shows many papers and resumes
/// after a kill. The machine's own limit here is starting /bin/true.
enum CommandBench {
  static func start(_ shoal: String) async throws -> [Measurement] {
    let nothing = try await median(["/bin/true"])
    let version = try await median([shoal, "--version"])
    return [
      Measurement(
        name: "shoal --version", value: version * 1e3, unit: "ms", ratio: version / nothing, to: "starting /bin/true",
        target: "at most 15 ms")
    ]
  }

  static func idle(_ shoal: String) async throws -> Measurement {
    try await withFolder { folder in
      let child = try Children.start([shoal, "worker", "--data", folder])
      try await Children.waitForFile("\(folder)/shoal.sqlite")
      try await ContinuousClock().sleep(for: .seconds(2))
      let memory = try Children.resident(child)
      kill(child, SIGKILL)
      waitpid(child, nil, 0)
      return Measurement(
        name: "an idle worker's resident memory", value: memory, unit: "MiB", ratio: nil, to: nil,
        target: "at most 16 MiB")
    }
  }

  /// `shoal status` for a campaign of a thousand papers, each through all its stages.
  static func status(_ shoal: String) async throws -> Measurement {
    try await withFolder { folder in
      try await ManyPapers.write(1000, folder)
      let nothing = try await median(["/bin/true"])
      let time = try await median([shoal, "status", "--data", folder])
      return Measurement(
        name: "shoal status with 1,000 papers", value: time * 1e3, unit: "ms", ratio: time / nothing,
        to: "starting /bin/true", target: "at most 50 ms")
    }
  }

  private static func median(_ words: [String]) async throws -> Double {
    _ = try await Children.time(words)
    return try await repeated(11) { try await Children.time(words) }.median
  }

  /// From the start of a process to its first finished step, after the one before it was killed at work. Both are this
  /// program with no-op handlers on the same folder.
  static func restart(_ program: String, commit: Double) async throws -> Measurement {
    var samples = Samples()
    try await withFolder { folder in
      let store = try await EmbeddedStore(folder: folder)
      let definition = try await NoBlobs().keep([1])
      let opening = Opening(campaign: "bench", title: "bench", cap: .zero, definition: definition)
      for run in 0..<12 {
        try await store.messageLog.publish(
          (0..<400).map { number in
            Message(WorkItem(stream: StreamID(.paper, "r\(run).\(number)")!, stage: .novelty, opening: opening))
          })
        let begin = seconds()
        let child = try Children.start([program, "--work", folder, "\(folder)/first-\(run)"])
        try await Children.waitForFile("\(folder)/first-\(run)")
        // The first one was not preceded by a kill.
        if run > 0 { samples.add(seconds() - begin) }
        kill(child, SIGKILL)
        waitpid(child, nil, 0)
      }
      await store.close()
    }
    let value = samples.quantile(0.5)
    return Measurement(
      name: "restart after kill -9 to the next step, p50", value: value * 1e3, unit: "ms", ratio: value / commit,
      to: "the time of one FULL commit", target: "at most 300 ms")
  }
}
