import EmbeddedStore
import FoundationEssentials
import Glibc
import MessageLog
import PaperModel

/// `shoal-bench SHOAL OUTPUT`: measures and writes a table and a JSON file.
@main
struct ShoalBench {
  static func main() async throws {
    let words = CommandLine.arguments
    if words.count == 5, words[1] == "--receive" { return try await receive(words[2], words[3], Int(words[4]) ?? 0) }
    if words.count == 4, words[1] == "--work" { return try await work(words[2], words[3]) }
    guard words.count == 3 else {
      print("usage: shoal-bench PATH-OF-SHOAL OUTPUT.json")
      exit(2)
    }
    let commit = try await MachineLimit.secondsPerCommit()
    var all = [Measurement(name: "single FULL commits", value: 1 / commit, unit: "commits/s", ratio: 1, to: "itself")]
    show(all[0])
    func add(_ measurements: [Measurement]) {
      for measurement in measurements { show(measurement) }
      all += measurements
    }
    for streams in [1, 16, 256, 1024] { add([try await StepBench.throughput(streams: streams, commit: commit)]) }
    add(try await StepBench.latency(commit: commit))
    add([try await StepBench.paper(commit: commit)])
    add(try await HandoffBench.within(commit: commit))
    add(try await HandoffBench.between(commit: commit, program: words[0]))
    add(try await CommandBench.start(words[1]))
    add([try await CommandBench.restart(words[0], commit: commit)])
    add([try await CommandBench.idle(words[1])])
    add([try await CommandBench.status(words[1])])
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(all).write(to: URL(fileURLWithPath: words[2]))
  }

  private static func show(_ measurement: Measurement) {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    func short(_ value: Double) -> String {
      value >= 100 ? "\(Int(value.rounded()))" : "\((value * 100).rounded() / 100)"
    }
    let ratio = measurement.ratio.map { "\(short($0)) times \(measurement.to ?? "")" } ?? ""
    print(
      padded(measurement.name, 46) + padded("\(short(measurement.value)) \(measurement.unit)", 20) + padded(ratio, 48)
        + (measurement.target.map { "aim: \($0)" } ?? ""))
    fflush(nil)
  }

  /// The other end of the hand-off between processes.
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

  /// Works with no-op handlers until it is killed; the file says that a step was taken.
  private static func work(_ folder: String, _ file: String) async throws {
    let world = try await NoOpWorld(folder, slots: 8, steps: 10)
    while world.meter.stepCount == 0 { try await ContinuousClock().sleep(for: .milliseconds(1)) }
    try "".write(toFile: file, atomically: true, encoding: .utf8)
    try await ContinuousClock().sleep(for: .seconds(60))
  }
}
