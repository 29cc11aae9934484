import PaperModel
import PipelineRules

/// A run that has ended and is not folded in yet.
struct EndedRun: Sendable {
  let run: StreamID
  let end: RunEnd
  /// The whole of the run's reservation on the books of its parent.
  let booked: Money
  /// Whether other runs may have ended too.
  let mayBeMore: Bool
}

extension WorkerContext {
  private static let readSideBySide = 16

  /// The states of the streams, in their order.
  func states(of streams: [StreamID]) async throws -> [StreamState] {
    var states: [StreamState] = []
    for start in stride(from: 0, to: streams.count, by: Self.readSideBySide) {
      states += try await statesAtOnce(of: streams[start..<min(start + Self.readSideBySide, streams.count)])
    }
    return states
  }

  /// The first of the runs that has ended, in the order of their asks. Reads no more journals than it must.
  func firstEnded(of runs: [StreamState.Asked]) async throws -> EndedRun? {
    for start in stride(from: 0, to: runs.count, by: Self.readSideBySide) {
      let part = runs[start..<min(start + Self.readSideBySide, runs.count)]
      let ended = try await statesAtOnce(of: part.map(\.ask.run)[...]).filter { $0.end != nil }
      guard let first = ended.first, let end = first.end else { continue }
      return EndedRun(
        run: first.stream, end: RunEnd(end, first), booked: first.books.total,
        mayBeMore: ended.count > 1 || part.endIndex < runs.count)
    }
    return nil
  }

  private struct Numbered: Sendable {
    let number: Int
    let state: StreamState
  }

  private func statesAtOnce(of streams: ArraySlice<StreamID>) async throws -> [StreamState] {
    try await withThrowingTaskGroup(of: Numbered.self) { group in
      for (number, stream) in streams.enumerated() {
        group.addTask { Numbered(number: number, state: try await state(of: stream)) }
      }
      var states: [Numbered] = []
      for try await state in group { states.append(state) }
      return states.sorted { $0.number < $1.number }.map(\.state)
    }
  }
}
