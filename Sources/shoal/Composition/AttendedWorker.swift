import PaperModel
import Sandbox
import StageWorker

/// A worker of this process, with its background services.
struct AttendedWorker: Sendable {
  let worker: StageWorker
  /// Each works until its task is cancelled.
  let services: [@Sendable () async -> Void]

  /// Works until the task is cancelled, then drains. The services end after the worker.
  func run() async throws {
    let running = services.map { service in Task { await service() } }
    defer { for service in running { service.cancel() } }
    try await worker.run()
  }
}

/// Removes the half-made containers that killed workers of this machine left.
struct OrphanService: Sendable {
  private static let everySeconds = 10

  let sandbox: Sandbox
  let clock: any WallClock

  /// Works until the task is cancelled.
  func run(_ observer: any WorkerObserver) async {
    while true {
      do { try await clock.wait(untilMicroseconds: clock.microseconds(after: Self.everySeconds)) } catch { return }
      do { try await sandbox.endOrphans() } catch { observer.observe(.troubled(nil, "\(error)")) }
    }
  }
}
