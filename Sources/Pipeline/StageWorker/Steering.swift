import MessageLog
import PaperModel
import PipelineRules

/// Calls off the work on streams that a person has cancelled. The journal has the last word; without the word of
/// control the worker would learn of it at its next entry, which may be an hour of computing away.
struct Steering: Sendable {
  let tools: Tools
  let hands: [Hands]

  /// Looks at the words of control at a steady pace while there is work in hand, until it is cancelled.
  func watch(_ sleeper: any Clock<Duration>) async throws {
    while true {
      try await sleeper.sleep(for: tools.configuration.steeringEvery)
      let inHand = hands.reduce(into: Set<StreamID>()) { $0.formUnion($1.streams) }
      if inHand.isEmpty { continue }
      do { try await look(inHand) } catch {
        // The word is there still at the next look.
        if Task.isCancelled { return }
        tools.observer.observe(.troubled(nil, "\(error)"))
      }
    }
  }

  private func look(_ inHand: Set<StreamID>) async throws {
    for key in try await tools.log.control().keys {
      guard let stream = ControlWord.cancelledStream(key), inHand.contains(stream) else { continue }
      // A word that is older than a replay means nothing any more.
      guard case .cancelled(let reason) = try await tools.state(of: stream).end else { continue }
      tools.observer.observe(.calledOff(stream, reason: reason))
      for hand in hands { hand.callOff(stream) }
    }
  }
}
