/// Suspends the current task until its continuation is resumed, or throws `CancellationError`.
/// - Parameters:
///   - keep: keeps the continuation for whoever resumes it, or returns true if there is nothing to wait for. It checks
///     `Task.isCancelled` under the lock that guards the kept continuations, because a cancellation before that had
///     none to resume.
///   - take: takes the continuation out again if nobody has resumed it.
public func suspendCurrentTask(
  keep: (CheckedContinuation<Void, any Error>) -> Bool,
  take: @escaping @Sendable () -> CheckedContinuation<Void, any Error>?
) async throws {
  try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { task in
      guard keep(task) else { return }
      Task.isCancelled ? task.resume(throwing: CancellationError()) : task.resume()
    }
  } onCancel: {
    take()?.resume(throwing: CancellationError())
  }
}
