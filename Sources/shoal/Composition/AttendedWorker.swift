import PaperModel
import Sandbox
import StageWorker

/// A worker of this process, and the services beside it.
struct AttendedWorker: Sendable {
  let worker: StageWorker
  /// Each goes on until its task is cancelled.
  let services: [@Sendable () async -> Void]

  /// Works until the task is cancelled, then drains. The services end after the worker.
  func run() async throws {
    let running = services.map { service in Task { await service() } }
    defer { for service in running { service.cancel() } }
    try await worker.run()
  }
}

/// Clears away what killed workers of this machine left: containers that were half made.
struct OrphanService: Sendable {
  private static let everySeconds = 10

  let sandbox: Sandbox
  let clock: any WallClock

  /// Goes on until the task is cancelled.
  func run(_ observer: any WorkerObserver) async {
    while true {
      do { try await clock.wait(untilMicroseconds: clock.microseconds(after: Self.everySeconds)) } catch { return }
      do { try await sandbox.endOrphans() } catch { observer.observe(.troubled(nil, "\(error)")) }
    }
  }
}
