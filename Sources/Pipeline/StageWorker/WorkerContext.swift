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
  let usualBudget: UsualBudget
  let observer: any WorkerObserver
  let rest: IntakeRest

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
    try StreamState(stream, try await journal.entries(of: stream, from: 0))
  }

  /// Publishes the items, in their order.
  func publish(_ items: [WorkItem]) async throws {
    guard !items.isEmpty else { return }
    try await log.publish(items.map { Message($0) })
  }

  /// Publishes the item that wakes a parent, which then reads its runs. A parent whose journal is damaged is left.
  func wakeParent(_ parent: Opening.Parent) async throws {
    let state: StreamState
    do { state = try await self.state(of: parent.stream) } catch let error as JournalError
      where error.damagedStream == parent.stream
    {
      return observer.observe(.troubled(parent.stream, error.message))
    }
    guard let opening = state.opening else {
      throw JournalError(.unavailable, "The journal of \(parent.stream) is empty, and its run has ended.")
    }
    try await publish([WorkItem(stream: parent.stream, stage: parent.stage, opening: opening)])
  }

  /// Run items that are unclaimed, or whose run has ended: an ended run's item wakes its parent again. A run that is
  /// asked for again after a replay may have ended long ago.
  func unclaimedOrEnded(_ items: [WorkItem]) async throws -> [WorkItem] {
    try await filter(items) { !$1.claimed.contains($0.stage) || $1.end != nil }
  }

  /// The items of other streams that are unclaimed.
  func unclaimed(_ items: [WorkItem]) async throws -> [WorkItem] {
    try await filter(items) { !$1.claimed.contains($0.stage) }
  }

  /// The items of damaged streams are among them: who takes one sets the stream aside.
  private func filter(
    _ items: [WorkItem], _ isWanted: (WorkItem, StreamState) -> Bool
  ) async throws -> [WorkItem] {
    let states = try await states(of: items.map(\.stream))
    return zip(items, states).filter { item, state in (try? state.get()).map { isWanted(item, $0) } ?? true }.map(\.0)
  }
}

extension Failure {
  /// A journal that is damaged, as the end of its stream.
  init(_ damage: JournalError) { self.init(kind: "damagedJournal", damage.message) }
}
