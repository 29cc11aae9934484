public import PaperModel
public import PipelineRules

extension Deployment {
  /// The number of journals read at a time: a store on the network serves many requests side by side, but each slowly.
  private static let readers = 16

  /// The states of streams, in the given order.
  public func states(of streams: [StreamID]) async throws -> [StreamState] {
    try await parallel(streams) { try await state(of: $0) }
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
