import Glibc
import MessageLog
import PaperModel
import PipelineRules
import Roles
import Sandbox
import StageWorker

/// The work of a worker in this process.
struct WorkerPlan: Sendable {
  private(set) var configuration: WorkerConfiguration
  let isUncontained: Bool
  /// Its GPUs; nil if it has none.
  let gpus: GPUPool?

  /// - Parameters:
  ///   - parallel: how many contained programs run at a time on processors.
  ///   - slots: how many items of stages that mostly wait are worked on at a time; nil for a value that suits
  /// `parallel`.
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

  /// The groups of topics that share slots: those whose stages need the same resource. Runs have slots of their own, so
  /// that papers are finished while experiments run.
  static func groups(
    _ work: WorkChoice, parallel: Int, slots: Int?, gpus: Int, needs: (Stage) -> StageNeed = BuiltInScientists.need
  ) -> [WorkerConfiguration.SlotGroup] {
    var groups: [WorkerConfiguration.SlotGroup] = []
    func add(_ topics: [Topic], _ slots: Int) {
      if !topics.isEmpty, slots > 0 { groups.append(.init(topics: Set(topics), slots: slots)) }
    }
    func topics(_ need: StageNeed) -> [Topic] {
      work.stages.filter { $0 != .run && needs($0) == need }.map { Topic.work($0) }
    }
    add(topics(.thinking), slots ?? max(4, parallel))
    if work.runs.contains(.cpu) { add([.work(.run, .cpu)], parallel) }
    if work.runs.contains(.gpu) { add([.work(.run, .gpu)], gpus) }
    add(topics(.processor), parallel)
    add(topics(.gpu), gpus)
    return groups
  }

  /// A copy with another worker name.
  func named(_ name: String?) -> WorkerPlan {
    guard let name else { return self }
    var plan = self
    plan.configuration.worker = Self.newName(name)
    return plan
  }

  /// A copy with this drain limit.
  func draining(for limit: Duration) -> WorkerPlan {
    var plan = self
    plan.configuration.drainLimit = limit
    return plan
  }

  /// A new name for each process.
  private static func newName(_ given: String? = nil) -> WorkerID {
    if let given { return WorkerID("\(given)-\(String(UInt32.random(in: 0 ... .max), radix: 36))") }
    var host = [CChar](repeating: 0, count: 256)
    let name =
      gethostname(&host, 255) == 0 ? String(decoding: host.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self) : "host"
    return WorkerID("\(name)-\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))")
  }
}
