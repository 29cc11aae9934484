import Journal
import KafkaMessageLog
import MessageLog
import Operations
import PaperModel
import StageWorker
import Telemetry

/// Reports to a worker's telemetry what events don't contain: that the worker takes part, that its heartbeats are
/// written, and that its message log answers.
struct ObservedJournal: JournalDecorator {
  let inner: any Journal
  let telemetry: WorkerTelemetry
  /// Whether the message log works; read with every heartbeat.
  let isLogWell: @Sendable () -> Bool

  func beat(_ worker: WorkerID) async throws {
    try await inner.beat(worker)
    telemetry.note(.beat)
    if isLogWell() { telemetry.note(.polled) }
  }
}

extension Installation {
  /// The same installation, which reports to a worker's telemetry.
  func telling(_ telemetry: WorkerTelemetry) -> Installation {
    let isLogWell: @Sendable () -> Bool
    if case .cluster(let cluster) = place {
      isLogWell = { [log = cluster.log] in log.trouble == nil }
    } else {
      isLogWell = { true }
    }
    return with(
      journal: ObservedJournal(inner: stores.journal, telemetry: telemetry, isLogWell: isLogWell),
      beat: { telemetry.note(.programBeat($0)) })
  }
}

extension WorkerPlan {
  /// Telemetry for a worker of this plan.
  func telemetry(passingOnTo next: any WorkerObserver) -> WorkerTelemetry {
    let groups = configuration.groups.map { group in
      let stages = Set(
        Stage.allCases.filter { stage in DeviceKind.allCases.contains { group.topics.contains(.work(stage, $0)) } })
      let name = group.topics.sorted().map { $0.name.hasPrefix("work.") ? String($0.name.dropFirst(5)) : $0.name }
      return WorkerTelemetry.SlotGroup(name.joined(separator: ","), stages: stages, slots: group.slots)
    }
    return WorkerTelemetry(groups: groups, version: Shoal.version, passingOnTo: next)
  }
}
