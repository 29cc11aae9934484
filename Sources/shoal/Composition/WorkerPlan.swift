import Glibc
import MessageLog
import PaperModel
import PipelineRules
import Sandbox
import StageWorker

/// What a worker of this process does.
struct WorkerPlan: Sendable {
  private(set) var configuration: WorkerConfiguration
  let isUncontained: Bool
  /// The GPUs that it has; nil where it has none.
  let gpus: GPUPool?

  /// A worker for some work.
  /// - Parameters:
  ///   - parallel: how many contained programs run at a time on processors.
  ///   - slots: how many items of stages that only think are worked on at a time; nil for what suits `parallel`.
  ///   - gpus: the GPUs, each of which runs one program at a time.
  init(work: WorkChoice, parallel: Int, slots: Int?, gpus: GPUPool?, mostLosses: Int, isUncontained: Bool) {
    let policy = RetryPolicy(
      mostFailures: RetryPolicy.standard.mostFailures, mostLosses: mostLosses,
      delaysSeconds: RetryPolicy.standard.delaysSeconds)
    configuration = WorkerConfiguration(
      worker: Self.newName(),
      groups: Self.groups(work, parallel: parallel, slots: slots, gpus: gpus?.gpus.count ?? 0), policy: policy,
      version: Shoal.version)
    self.isUncontained = isUncontained
    self.gpus = gpus
  }

  /// The slots of each kind of work.
  static func groups(
    _ work: WorkChoice, parallel: Int, slots: Int?, gpus: Int
  ) -> [WorkerConfiguration.SlotGroup] {
    var groups: [WorkerConfiguration.SlotGroup] = []
    func add(_ topics: [Topic], _ slots: Int) {
      if !topics.isEmpty, slots > 0 { groups.append(.init(topics: Set(topics), slots: slots)) }
    }
    func topics(_ wanted: [Stage]) -> [Topic] { wanted.filter(work.stages.contains).map { Topic.work($0) } }
    add(topics([.ideate, .novelty, .design]), slots ?? max(4, parallel))
    if work.runs.contains(.cpu) { add([.work(.run, .cpu)], parallel) }
    if work.runs.contains(.gpu) { add([.work(.run, .gpu)], gpus) }
    add(topics([.plot, .write, .review, .revise]), parallel)
    return groups
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
