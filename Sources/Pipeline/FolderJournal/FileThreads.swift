internal import Dispatch
internal import Synchronization

/// A few threads for file calls that block, off Swift's cooperative pool.
final class FileThreads: Sendable {
  private let queues: [DispatchQueue]
  private let turn = Atomic(0)

  init(count: Int) {
    precondition((1...64).contains(count))
    queues = (0..<count).map { DispatchQueue(label: "shoal.files-\($0)") }
  }

  /// Runs the body on one of them, ignoring cancellation: an operation that has begun completes.
  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue
    return try await withCheckedThrowingContinuation { caller in
      queues[Int(turn.magnitude % UInt(queues.count))].async { caller.resume(with: Result { try body() }) }
    }
  }
}
