public import PaperModel
public import PipelineRules

extension Deployment {
  /// The number of journals read at a time: a store on the network serves many requests side by side, but each slowly.
  private static let readers = 16

  /// The states of streams, in the given order; the error of each whose journal is damaged, so that one stream never
  /// stands in the way of the others.
  public func states(of streams: [StreamID]) async throws -> [Result<StreamState, JournalError>] {
    try await parallel(streams) { stream in try await sound(stream) { try await state(of: stream) } }
  }

  /// The result of a look at one stream, or the error that says that its journal is damaged.
  func sound<Value>(
    _ stream: StreamID, _ look: () async throws -> Value
  ) async throws -> Result<Value, JournalError> {
    do { return .success(try await look()) } catch let error as JournalError where error.damagedStream == stream {
      return .failure(error)
    }
  }

  /// Applies an operation to all values, at most `readers` at a time. The results are in the order of the values.
  func parallel<Value: Sendable, Result: Sendable>(
    _ values: [Value], _ body: @escaping @Sendable (Value) async throws -> Result
  ) async throws -> [Result] {
    var results = [Result?](repeating: nil, count: values.count)
    try await withThrowingTaskGroup(of: Indexed<Result>.self) { group in
      for (index, value) in values.enumerated() {
        if index >= Self.readers, let done = try await group.next() { results[done.index] = done.result }
        group.addTask { Indexed(index: index, result: try await body(value)) }
      }
      for try await done in group { results[done.index] = done.result }
    }
    return results.map { $0! }
  }
}

/// A result and the index of its value.
private struct Indexed<Result: Sendable>: Sendable {
  let index: Int
  let result: Result
}
