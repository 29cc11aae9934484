import Glibc
import KafkaMessageLog
import MessageLog
import PaperModel
import StageWorker

/// Stages that wait 100 ms each, as for a model, in one worker process and in four: what the cluster adds to the wait.
///
/// Every figure here has its counterpart in bench/peers/workload.py.
enum ScaleBench {
  static let slots = 4
  static let wait: Duration = .milliseconds(100)
  /// Papers of six stages for each worker: 192 stages, 5 s if only the wait counted.
  static let papersOfWorker = 32

  static func measure(broker: String, folder: String, program: String) async throws -> [Measurement] {
    var rates: [Int: Samples] = [:]
    for count in [1, 4] {
      let children = try (0..<count).map {
        try Children.start([program, "--wait", broker, folder, "worker-\(count)-\($0)", "\(folder)/ends-\(count)"])
      }
      do {
        rates[count] = try await ends(broker: broker, folder: folder, workers: count)
      } catch {
        for child in children { stop(child) }
        throw error
      }
      for child in children { stop(child) }
    }
    var (one, four) = (rates[1] ?? Samples(), rates[4] ?? Samples())
    let single = one.quantile(0.5)
    return [(1, one), (4, four)].map { count, rates in
      var rates = rates
      return Measurement(
        name: "stages that wait 100 ms, worker processes: \(count)", value: rates.quantile(0.5), unit: "stages/s",
        ratio: rates.quantile(0.5) / Double(count * slots * 10), to: "what the wait alone allows", target: nil,
        low: rates.quantile(0.25), high: rates.quantile(0.75))
    } + [
      Measurement(
        name: "four workers' share of linear", value: four.quantile(0.5) / (4 * single), unit: "of linear",
        ratio: nil, to: nil, target: "at least 0.95", low: four.quantile(0.25) / (4 * single),
        high: four.quantile(0.75) / (4 * single))
    ]
  }

  /// Stages a second in three runs, after a warm-up.
  private static func ends(broker: String, folder: String, workers: Int) async throws -> Samples {
    let world = try await ClusterWorld(broker: broker, folder: folder)
    let opening = NoOpPapers.opening(try await NoBlobs().keep([1]))
    var rates = Samples()
    var done = 0
    for run in 0..<4 {
      let papers = run == 0 ? 8 * workers : papersOfWorker * workers
      let begin = seconds()
      try await world.log.publish(NoOpPapers.items((0..<papers).map { "w\(workers).\(run).\($0)" }, opening))
      done += papers
      try await wait(for: done, in: "\(folder)/ends-\(workers)")
      if run > 0 { rates.add(Double(papers * StageGraph.ofPaper.count) / (seconds() - begin)) }
    }
    await world.close()
    return rates
  }

  /// Workers add a byte to a file for each paper that ends.
  private static func wait(for count: Int, in path: String) async throws {
    let deadline = seconds() + 120
    var facts = stat()
    while stat(path, &facts) != 0 || facts.st_size < count {
      guard seconds() < deadline else { throw Children.Problem(description: "\(count) papers did not end in 2 min") }
      try await ContinuousClock().sleep(for: .milliseconds(2))
    }
  }

  private static func stop(_ child: pid_t) {
    kill(child, SIGKILL)
    waitpid(child, nil, 0)
  }

  /// A worker process: works until it is killed, or its parent is gone.
  static func work(broker: String, folder: String, name: String, ends path: String) async throws {
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
    guard file >= 0 else { throw Children.Problem(description: "\(path) can't be written") }
    let world = try await ClusterWorld(broker: broker, folder: folder)
    let worker = try await NoOpWorker(
      world.log, world.journal, name: name, slots: slots, steps: 1, wait: wait)
    worker.meter.onEnd { _ = write(file, "e", 1) }
    let parent = getppid()
    while getppid() == parent { try await ContinuousClock().sleep(for: .milliseconds(500)) }
  }
}
