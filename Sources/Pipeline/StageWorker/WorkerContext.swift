import Journal
import MessageLog
import PaperModel
import PipelineRules

/// What the parts of a worker share.
struct WorkerContext: Sendable {
  let configuration: WorkerConfiguration
  let stores: Stores
  let settlements: any Settlements
  let handlers: [Stage: any StageHandler]
  let observer: any WorkerObserver

  var log: any MessageLog { stores.log }
  /// The journals; entries appended through them are published to observers.
  var journal: Outbox { stores.outbox }
  var blobs: any BlobStore { stores.blobs }
  var clock: any WallClock { stores.clock }

  /// Publishes the queued events to observers. Never fails the work: returns false if they could not be published.
  @discardableResult
  func flushEvents(of stream: StreamID? = nil) async -> Bool {
    do { try await journal.flush(stream) } catch {
      observer.observe(.troubled(nil, "\(error)"))
      return false
    }
    return true
  }

  func state(of stream: StreamID) async throws -> StreamState {
    StreamState(stream, try await journal.entries(of: stream, from: 0))
  }

  /// Publishes the items, in their order.
  func publish(_ items: [WorkItem]) async throws {
    guard !items.isEmpty else { return }
    try await log.publish(items.map { Message($0) })
  }

  /// Publishes the item that wakes a parent, which then reads its runs.
  func wakeParent(_ parent: Opening.Parent) async throws {
    guard case .opened(let opening)? = try await journal.entries(of: parent.stream, from: 0).first?.fact else {
      throw JournalError(.damaged, "The journal of \(parent.stream) does not begin with its opening.")
    }
    try await publish([WorkItem(stream: parent.stream, stage: parent.stage, opening: opening)])
  }

  /// Run items that are unclaimed, or whose run has ended: an ended run's item wakes its parent again. A run that is
  /// asked for again after a replay may have ended long ago.
  func unclaimedOrEnded(_ items: [WorkItem]) async throws -> [WorkItem] {
    let states = try await states(of: items.map(\.stream))
    return zip(items, states).filter { !$1.claimed.contains($0.stage) || $1.end != nil }.map(\.0)
  }

  /// The items of other streams that are unclaimed.
  func unclaimed(_ items: [WorkItem]) async throws -> [WorkItem] {
    let states = try await states(of: items.map(\.stream))
    return zip(items, states).filter { !$1.claimed.contains($0.stage) }.map(\.0)
  }
}
