internal import Dispatch

/// Runs blocking file calls one at a time, off Swift's cooperative pool.
struct FileQueue: Sendable {
  private let queue = DispatchQueue(label: "shoal.store-files")

  /// Runs the body there, ignoring cancellation.
  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { caller in
      queue.async { caller.resume(with: Result { try body() }) }
    }
  }
}
