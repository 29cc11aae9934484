internal import CRdKafka
internal import Synchronization
internal import Threads

/// Offsets that are being committed, and the callers that wait for the answer.
final class PendingCommit: Sendable {
  let offsets: [CommitOffset]
  private let caller: Lock<CheckedContinuation<Result<Void, KafkaError>, Never>?>

  init(_ offsets: [CommitOffset], _ caller: CheckedContinuation<Result<Void, KafkaError>, Never>) {
    self.offsets = offsets
    self.caller = Lock(caller)
  }

  /// Answers; only the first time counts.
  func end(_ result: Result<Void, KafkaError>) {
    let caller = caller.withLock { caller in
      defer { caller = nil }
      return caller
    }
    caller?.resume(returning: result)
  }
}
