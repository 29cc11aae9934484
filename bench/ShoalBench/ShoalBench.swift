import EmbeddedStore
import FoundationEssentials
import Glibc
import MessageLog
import PaperModel

/// `shoal-bench SHOAL OUTPUT` measures and writes a table and a JSON file; `shoal-bench --cluster OUTPUT` does so with
/// a real broker, `shoal-bench --clients OUTPUT` only for Shoal's Kafka client and plain C, and `shoal-bench --steps
/// OUTPUT` only for durable steps through a broker.
@main
struct ShoalBench {
  static func main() async throws {
    let words = CommandLine.arguments
    if words.count == 5, words[1] == "--receive" { return try await receive(words[2], words[3], Int(words[4]) ?? 0) }
    if words.count == 4, words[1] == "--work" { return try await work(words[2], words[3]) }
    if words.count == 6, words[1] == "--wait" {
      return try await ScaleBench.work(broker: words[2], folder: words[3], name: words[4], ends: words[5])
    }
    if words.count > 3, words[1] == "--use" { return try Children.measure(words) }
    if words.count == 7, words[1] == "--one-paper" { return try await OnePaper.run(words) }
    if (4...5).contains(words.count), words[1] == "--growth" {
      return try await growth(words[0], shoal: words[2], most: words.count == 5 ? Int(words[4]) ?? 0 : 0, words[3])
    }
    if words.count == 9, words[1] == "--client" { return try await ClientRun.run(words) }
    guard words.count == 3 else {
      print(
        """
        usage: shoal-bench PATH-OF-SHOAL OUTPUT.json
               shoal-bench --growth PATH-OF-SHOAL OUTPUT.json [MOST-PAPERS]
               shoal-bench --cluster OUTPUT.json
               shoal-bench --clients OUTPUT.json
               shoal-bench --steps OUTPUT.json
        """)
      exit(2)
    }
    if words[1] == "--clients" {
      let figures = Figures()
      try await ClientBench.measure(program: words[0], figures)
      return try figures.write(to: words[2])
    }
    let commit = try await MachineLimit.secondsPerCommit()
    let figures = Figures()
    figures.add([Measurement(name: "single FULL commits", value: 1 / commit, unit: "commits/s", ratio: 1, to: "itself")]
    )
    if words[1] == "--cluster" {
      try await ClusterBench.measure(program: words[0], commit: commit, figures)
    } else if words[1] == "--steps" {
      try await ClusterBench.steps(commit: commit, figures)
    } else {
      try await embedded(program: words[0], shoal: words[1], commit: commit, figures)
    }
    try figures.write(to: words[2])
  }

  /// The figures that need no server.
  private static func embedded(
    program: String, shoal: String, commit: Double, _ figures: Figures
  ) async throws {
    for streams in [1, 16, 256, 1024] {
      figures.add([try await StepBench.throughput(streams: streams, commit: commit)])
    }
    figures.add(try await StepBench.latency(commit: commit))
    figures.add([try await StepBench.paper(commit: commit)])
    figures.add(try await HandoffBench.within(commit: commit))
    figures.add(try await HandoffBench.between(commit: commit, program: program))
    figures.add(try await CommandBench.start(shoal))
    figures.add([try await CommandBench.restart(program, commit: commit)])
    figures.add([try await CommandBench.idle(shoal)])
    figures.add([try await CommandBench.status(shoal)])
  }

  /// - Parameter most: the most papers; 0 for what a few minutes allow.
  private static func growth(_ program: String, shoal: String, most: Int, _ output: String) async throws {
    let figures = Figures()
    let bench = GrowthBench(program: program, shoal: shoal, figures)
    func sizes(_ usual: Int) -> [Int] { [100, 1000, 10_000, 100_000].filter { $0 <= (most == 0 ? usual : most) } }
    try await bench.sqlite(sizes(10_000))
    try await bench.cluster(folderSizes: sizes(10_000), bucketSizes: sizes(1_000))
    try figures.write(to: output)
  }

  /// The receiving process of the hand-off.
  private static func receive(_ folder: String, _ file: String, _ count: Int) async throws {
    let store = try await EmbeddedStore(folder: folder)
    let consumer = try await store.messageLog.consumer(of: [HandoffBench.topic], worker: WorkerID("other"))
    let receiving = Task { try await HandoffBench.receive(consumer, count) }
    try "".write(toFile: "\(folder)/ready", atomically: true, encoding: .utf8)
    let samples = try await receiving.value
    await consumer.close()
    await store.close()
    let text = samples.values.map { "\($0)\n" }.joined()
    try text.write(toFile: file, atomically: true, encoding: .utf8)
  }

  /// Works with no-op handlers until it is killed; the file shows that a step was taken.
  private static func work(_ folder: String, _ file: String) async throws {
    let world = try await NoOpWorld(folder, slots: 8, steps: 10)
    while world.meter.stepCount == 0 { try await ContinuousClock().sleep(for: .milliseconds(1)) }
    try "".write(toFile: file, atomically: true, encoding: .utf8)
    try await ContinuousClock().sleep(for: .seconds(60))
  }
}
