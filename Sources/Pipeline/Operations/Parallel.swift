public import PaperModel
public import PipelineRules

extension Deployment {
  /// How many journals are read at a time: a store on the network answers many questions at once, one slowly.
  private static let readers = 16

  /// What some streams' journals come to, in the order of the streams.
  public func states(of streams: [StreamID]) async throws -> [StreamState] {
    try await parallel(streams) { try await state(of: $0) }
  }

  /// The results for all values, in their order, a limited number of them at a time.
  func parallel<Value: Sendable, Result: Sendable>(
    _ values: [Value], _ body: @escaping @Sendable (Value) async throws -> Result
  ) async throws -> [Result] {
    var results = [Result?](repeating: nil, count: values.count)
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      for (index, value) in values.enumerated() {
        if index >= Self.readers, let (done, result) = try await group.next() { results[done] = result }
        group.addTask { (index, try await body(value)) }
      }
      for try await (done, result) in group { results[done] = result }
    }
    return results.map { $0! }
  }
}
