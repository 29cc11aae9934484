public import Journal
public import MessageLog
public import PaperModel
public import PipelineRules

/// The operations on the stores of one installation. An operation publishes what it appends before it returns.
public struct Deployment: Sendable {
  private let stores: Stores
  let outbox: Outbox

  public init(_ stores: Stores) {
    self.stores = stores
    outbox = stores.outbox
  }

  public var log: any MessageLog { stores.log }
  /// The journals; entries appended through them are published to observers.
  public var journal: any Journal { outbox }
  public var blobs: any BlobStore { stores.blobs }
  var clock: any WallClock { stores.clock }

  /// The state that a stream's journal describes.
  public func state(of stream: StreamID) async throws -> StreamState {
    StreamState(stream, try await journal.entries(of: stream, from: 0))
  }

  /// All streams of a kind, by name.
  public func streams(of kind: StreamID.Kind) async throws -> [StreamID] {
    var all: [StreamID] = []
    while true {
      let page = try await journal.streams(of: kind, after: all.last?.name, limit: 1000)
      if page.isEmpty { return all }
      all += page
    }
  }

  /// Appends an entry that any process may add, at the journal's current end.
  /// - Parameter fact: the fact to append, given the state; nil to append nothing.
  /// - Returns: the state after it.
  @discardableResult
  func annotate(
    _ stream: StreamID, _ fact: @Sendable (StreamState) throws -> JournalEntry.Fact?
  ) async throws -> StreamState {
    for _ in 0..<1000 {
      var state = try await state(of: stream)
      guard let wanted = try fact(state) else { return state }
      if try await journal.append(wanted, to: stream, at: state.length) {
        state.apply(JournalEntry(number: state.length, atMicroseconds: state.lastMicroseconds, fact: wanted))
        return state
      }
    }
    throw JournalError(.unavailable, "The journal of \(stream) keeps changing. Stop its workers and try again.")
  }

  /// Publishes the item that continues a stream.
  func publish(_ stream: StreamID, _ stage: Stage, _ opening: Opening) async throws {
    let item = WorkItem(stream: stream, stage: stage, opening: opening)
    try await log.publish([Message(item)])
  }

  /// The stream with this name: a paper, a campaign or a run.
  /// - Throws: `OperationError` if there is none.
  public func find(_ name: String, among kinds: [StreamID.Kind] = StreamID.Kind.allCases) async throws -> StreamID {
    let written = StreamID(name).map { [$0] } ?? kinds.compactMap { StreamID($0, name) }
    for stream in written where kinds.contains(stream.kind) {
      if try await !journal.entries(of: stream, from: 0).isEmpty { return stream }
    }
    // A paper or a run that no worker has begun has no journal of its own.
    for stream in written where kinds.contains(stream.kind) && stream.kind != .campaign {
      if try await opening(of: stream) != nil { return stream }
    }
    let what = kinds.map(\.rawValue).joined(separator: " or ")
    throw OperationError("There is no \(what) “\(name)” here. `shoal status` lists what there is.")
  }
}

/// Why an operation can't be done, and what to do instead.
public struct OperationError: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
