import KafkaMessageLog
import PaperModel
import StageWorker

/// Deletes finished messages of a cluster from time to time. Every worker does so: what one has deleted leaves nothing
/// to the next.
struct TrimmingService: Sendable {
  let log: KafkaMessageLog
  let clock: any WallClock

  /// Trims a minute or two after the start, then about every hour, until the task is cancelled.
  func run(_ observer: any WorkerObserver) async {
    var pause = Int.random(in: 60...120)
    while (try? await clock.wait(untilMicroseconds: clock.microseconds(after: pause))) != nil {
      do { _ = try await log.deleteFinished() } catch {
        if Task.isCancelled { return }
        observer.observe(.troubled(nil, "Finished messages could not be deleted: \(error)"))
      }
      pause = Int.random(in: 3_000...4_200)
    }
  }
}
