import PaperModel
import Sandbox
import StageWorker

/// A worker that also removes what killed workers of this machine left: half-made containers.
struct SweepingWorker: Working {
  private static let everySeconds = 10

  let worker: any Working
  let sandbox: Sandbox
  let clock: any WallClock
  let observer: any WorkerObserver

  func run() async throws {
    let sweeping = Task { await sweep() }
    defer { sweeping.cancel() }
    try await worker.run()
  }

  private func sweep() async {
    while true {
      do { try await clock.wait(untilMicroseconds: clock.microseconds(after: Self.everySeconds)) } catch { return }
      do { try await sandbox.endOrphans() } catch { observer.observe(.troubled(nil, "\(error)")) }
    }
  }
}
