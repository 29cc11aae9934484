/// Work for a thread that owns a connection, and the caller who waits for its answer.
protocol Job: AnyObject, Sendable {
  /// Whether the caller is answered only when a power cut can't undo the work.
  var isDurable: Bool { get }
  /// Does the work and keeps the result; called at most once, on the connection's thread.
  func perform(on connection: borrowing CachedConnection) throws
  /// Gives the caller the result of `perform`.
  func answer()
  /// Gives the caller an error instead.
  func answer(throwing error: any Error)
}

/// A job with its kind of result. Only the thread that took it from the queue touches it.
final class TypedJob<Value: Sendable>: Job, @unchecked Sendable {
  let isDurable: Bool
  private let body: @Sendable (borrowing CachedConnection) throws -> Value
  private let caller: CheckedContinuation<Value, any Error>
  private var value: Value?

  init(
    caller: CheckedContinuation<Value, any Error>, isDurable: Bool,
    body: @escaping @Sendable (borrowing CachedConnection) throws -> Value
  ) {
    self.caller = caller
    self.isDurable = isDurable
    self.body = body
  }

  func perform(on connection: borrowing CachedConnection) throws { value = try body(connection) }

  func answer() {
    guard let value else { preconditionFailure("answered before it was performed") }
    caller.resume(returning: value)
  }

  func answer(throwing error: any Error) { caller.resume(throwing: error) }
}

/// Jobs in the order they came, at most `limit` of them; closed once and for all.
final class JobQueue: Sendable {
  private struct State {
    var waiting: [any Job] = []
    var isClosed = false
  }

  private let monitor = Monitor(State())
  private let limit: Int
  private let path: String

  init(limit: Int, path: String) {
    self.limit = limit
    self.path = path
  }

  /// Queues the body and waits for its answer.
  func perform<Value: Sendable>(
    durably isDurable: Bool = true, _ body: @escaping @Sendable (borrowing CachedConnection) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { caller in
      let job = TypedJob(caller: caller, isDurable: isDurable, body: body)
      if let refusal = add(job) { job.answer(throwing: refusal) }
    }
  }

  private func add(_ job: any Job) -> SQLiteError? {
    monitor.change { state in
      if state.isClosed { return SQLiteError(reason: .closed, message: "closed", path: path) }
      if state.waiting.count >= limit {
        return SQLiteError(reason: .overloaded, message: "\(limit) calls wait", path: path)
      }
      state.waiting.append(job)
      return nil
    }
  }

  /// Blocks until there is work and takes at most `count` jobs; nil once closed and empty.
  func take(atMost count: Int) -> [any Job]? {
    monitor.wait { state -> [any Job]?? in
      if state.waiting.isEmpty { return state.isClosed ? .some(nil) : nil }
      if state.waiting.count <= count {
        defer { state.waiting = [] }
        return state.waiting
      }
      let jobs = Array(state.waiting.prefix(count))
      state.waiting.removeFirst(count)
      return jobs
    }
  }

  /// Accepts no more work; waiting work is still done.
  func close() { monitor.change { $0.isClosed = true } }
}
