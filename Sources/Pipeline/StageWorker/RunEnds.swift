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

  /// The states of some streams, in their order; the error of each whose journal is damaged.
  func states(of streams: [StreamID]) async throws -> [Result<StreamState, JournalError>] {
    var states: [Result<StreamState, JournalError>] = []
    for start in stride(from: 0, to: streams.count, by: Self.readSideBySide) {
      states += try await statesAtOnce(of: streams[start..<min(start + Self.readSideBySide, streams.count)])
    }
    return states
  }

  /// The first of the runs that has ended, in the order of their asks. Reads no more journals than it must.
  func firstEnded(of runs: [StreamState.Asked]) async throws -> EndedRun? {
    for start in stride(from: 0, to: runs.count, by: Self.readSideBySide) {
      let part = runs[start..<min(start + Self.readSideBySide, runs.count)]
      let states = try await statesAtOnce(of: part.map(\.ask.run)[...])
      let ended = try zip(part, states).compactMap { try end(of: $0, $1) }
      guard let first = ended.first else { continue }
      return EndedRun(
        run: first.run, end: first.end, booked: first.booked,
        mayBeMore: ended.count > 1 || part.endIndex < runs.count)
    }
    return nil
  }

  private struct End {
    let run: StreamID
    let end: RunEnd
    let booked: Money
  }

  /// How a run ended; nil while it goes on. A run whose journal is damaged is given up, and may have spent its whole
  /// allowance.
  private func end(of asked: StreamState.Asked, _ state: Result<StreamState, JournalError>) throws -> End? {
    let run = asked.ask.run
    switch state {
    case .success(let state):
      guard let end = state.end else { return nil }
      return End(run: run, end: try RunEnd(end, state), booked: state.books.total)
    case .failure(let damage):
      observer.observe(.troubled(run, damage.message))
      return End(run: run, end: .dead(Failure(damage)), booked: asked.ask.opening.cap)
    }
  }

  private struct Numbered: Sendable {
    let number: Int
    let state: Result<StreamState, JournalError>
  }

  private func statesAtOnce(of streams: ArraySlice<StreamID>) async throws -> [Result<StreamState, JournalError>] {
    try await withThrowingTaskGroup(of: Numbered.self) { group in
      for (number, stream) in streams.enumerated() {
        group.addTask {
          do { return Numbered(number: number, state: .success(try await state(of: stream))) } catch let error
            as JournalError where error.damagedStream == stream
          {
            return Numbered(number: number, state: .failure(error))
          }
        }
      }
      var states: [Numbered] = []
      for try await state in group { states.append(state) }
      return states.sorted { $0.number < $1.number }.map(\.state)
    }
  }
}
