import MessageLog
import PaperModel
import PipelineRules

/// Cancels the work on streams that an operator has cancelled. The journal has the last word; without the control flag
/// the worker would learn of the cancellation at its next append, which may be an hour of computing away.
struct CancellationWatcher: Sendable {
  let context: WorkerContext
  let inFlight: [InFlightWork]

  /// Polls the control flags at a fixed interval while there is work in flight, until it is cancelled.
  func watch(_ sleeper: any Clock<Duration>) async throws {
    while true {
      try await sleeper.sleep(for: context.configuration.steeringEvery)
      let inHand = inFlight.reduce(into: Set<StreamID>()) { $0.formUnion($1.streams) }
      if inHand.isEmpty { continue }
      do { try await look(inHand) } catch {
        // The flag is still set at the next poll.
        if Task.isCancelled { return }
        context.observer.observe(.troubled(nil, "\(error)"))
      }
    }
  }

  private func look(_ inHand: Set<StreamID>) async throws {
    for key in try await context.log.control().keys {
      guard let stream = ControlFlag.cancelledStream(key), inHand.contains(stream) else { continue }
      // A flag that is older than a replay no longer counts.
      guard case .cancelled(let reason) = try await context.state(of: stream).end else { continue }
      context.observer.observe(.calledOff(stream, reason: reason))
      for work in inFlight { work.callOff(stream) }
    }
  }
}
