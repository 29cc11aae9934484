import Glibc
import MessageLog
import PaperModel
import PipelineRules
import StageWorker

/// What a worker of this process does.
struct WorkerPlan: Sendable {
  private(set) var configuration: WorkerConfiguration
  let isUncontained: Bool

  /// A worker for some stages.
  /// - Parameter parallel: how many contained programs run at a time; stages that only think have more slots.
  init(stages: Set<Stage> = Set(Stage.allCases), parallel: Int, mostLosses: Int, isUncontained: Bool) {
    var groups: [WorkerConfiguration.SlotGroup] = []
    func add(_ wanted: [Stage], _ slots: Int) {
      let topics = Set(wanted.filter { stages.contains($0) }.map { Topic.work($0) })
      if !topics.isEmpty { groups.append(.init(topics: topics, slots: slots)) }
    }
    add([.ideate, .novelty, .design], max(4, parallel))
    add([.run], parallel)
    add([.plot, .write, .review, .revise], parallel)
    let policy = RetryPolicy(
      mostFailures: RetryPolicy.standard.mostFailures, mostLosses: mostLosses,
      delaysSeconds: RetryPolicy.standard.delaysSeconds)
    configuration = WorkerConfiguration(
      worker: Self.newName(), groups: groups, policy: policy, version: Shoal.version)
    self.isUncontained = isUncontained
  }

  /// The same under another name.
  func named(_ name: String?) -> WorkerPlan {
    guard let name else { return self }
    var plan = self
    plan.configuration.worker = Self.newName(name)
    return plan
  }

  /// The same, with so long for what is in hand once it is asked to stop.
  func draining(for limit: Duration) -> WorkerPlan {
    var plan = self
    plan.configuration.drainLimit = limit
    return plan
  }

  /// One name for one life of one process.
  private static func newName(_ given: String? = nil) -> WorkerID {
    if let given { return WorkerID("\(given)-\(String(UInt32.random(in: 0 ... .max), radix: 36))") }
    var host = [CChar](repeating: 0, count: 256)
    let name =
      gethostname(&host, 255) == 0 ? String(decoding: host.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self) : "host"
    return WorkerID("\(name)-\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))")
  }
}
