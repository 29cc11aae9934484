import Operations
import PaperModel
import StageWorker

/// Finds the cost of lost attempts that ran on this machine, and of no others: a machine that did not run an attempt
/// must not conclude that it was never launched.
struct LocalSettlements: Settlements {
  let known: any Settlements
  let deployment: Deployment
  let roster: WorkerRoster

  func finalCharge(of attempt: StepAttempt) async throws -> Charge? {
    guard let owner = try await deployment.owner(of: attempt), roster.knows(owner) else { return nil }
    return try await known.finalCharge(of: attempt)
  }
}

/// Settles the steps that lost workers of this machine left open, even if another machine has continued their streams:
/// at the start, and then regularly.
struct LateSettlementService: Sendable {
  private static let everySeconds = 30

  let deployment: Deployment
  let roster: WorkerRoster
  let settlements: any Settlements
  let clock: any WallClock

  /// Works until the task is cancelled.
  func run(_ observer: any WorkerObserver) async {
    while !Task.isCancelled {
      do { _ = try await settle(observer) } catch is CancellationError { return } catch {
        // It is tried again; until then the reservations stay on the books.
        observer.observe(.troubled(nil, "The cost of lost attempts could not be settled: \(error)"))
      }
      do { try await clock.wait(untilMicroseconds: clock.microseconds(after: Self.everySeconds)) } catch { return }
    }
  }

  /// Settles the attempts whose cost is known by now. Forgets workers that left nothing open.
  /// - Returns: the number of settled attempts.
  func settle(_ observer: any WorkerObserver = NoObserver()) async throws -> Int {
    var settled = 0
    for (file, streams) in try roster.lost() {
      var open = 0
      for stream in Set(streams) {
        try Task.checkCancellation()
        let result = try await deployment.settleLate(stream, of: roster.isLost, by: settlements)
        settled += result.settled
        for charged in result.charged { observer.observe(.stepCharged(stream, charged.step, charged.charge)) }
        open += result.open
      }
      if open == 0 { roster.forget(file) }
    }
    return settled
  }
}
