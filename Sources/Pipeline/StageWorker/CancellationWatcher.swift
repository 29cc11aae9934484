import MessageLog
import PaperModel
import PipelineRules

/// Calls off the work on streams that a person has cancelled. The journal has the last word; without the word of
/// control the worker would learn of it at its next entry, which may be an hour of computing away.
struct CancellationWatcher: Sendable {
  let context: WorkerContext
  let inFlight: [InFlightWork]

  /// Looks at the words of control at a steady pace while there is work in hand, until it is cancelled.
  func watch(_ sleeper: any Clock<Duration>) async throws {
    while true {
      try await sleeper.sleep(for: context.configuration.steeringEvery)
      let inHand = inFlight.reduce(into: Set<StreamID>()) { $0.formUnion($1.streams) }
      if inHand.isEmpty { continue }
      do { try await look(inHand) } catch {
        // The word is there still at the next look.
        if Task.isCancelled { return }
        context.observer.observe(.troubled(nil, "\(error)"))
      }
    }
  }

  private func look(_ inHand: Set<StreamID>) async throws {
    for key in try await context.log.control().keys {
      guard let stream = ControlFlag.cancelledStream(key), inHand.contains(stream) else { continue }
      // A word that is older than a replay means nothing any more.
      guard case .cancelled(let reason) = try await context.state(of: stream).end else { continue }
      context.observer.observe(.calledOff(stream, reason: reason))
      for work in inFlight { work.callOff(stream) }
    }
  }
}
