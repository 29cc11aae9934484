import EmbeddedStore
import Glibc
import Journal
import PaperModel

/// The command itself: how fast it starts, what it holds when idle, how fast it shows many papers and goes on after a
/// kill. The machine's own limit here is starting /bin/true.
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

  /// `shoal status` where a campaign has a thousand papers, each through all its stages.
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
}
