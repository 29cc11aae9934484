internal import Dispatch

/// One thread at a time for file calls that may block, off Swift's cooperative pool.
struct FileQueue: Sendable {
  private let queue = DispatchQueue(label: "shoal.store-files")

  /// Runs the body there; cancellation is not looked at.
  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { caller in
      queue.async { caller.resume(with: Result { try body() }) }
    }
  }
}
