import Operations
import PaperModel
import Projections

extension Installation {
  /// How long a heartbeat counts while a cluster's events are followed: microseconds.
  private static let beliefMicroseconds: Int64 = 5_000_000

  /// The board of all campaigns and papers.
  /// - Parameters:
  ///   - campaign: on a cluster, reads only this campaign's journals; nil for all.
  ///   - withRuns: whether a cluster's journals of runs are read too; their money is missing otherwise.
  ///   - source: a cluster's events; nil to read its journals with every refresh.
  func board(
    of campaign: StreamID? = nil, withRuns: Bool = true, source: (any EventSource)? = nil,
    clock: any WallClock = MachineClock()
  ) -> Board {
    let journal = deployment.journal
    let blobs = deployment.blobs
    switch place {
    case .embedded(let store):
      return Board(journal: journal, blobs: blobs, store: EmbeddedBoardStore(store), clock: clock) { position in
        PositionFeed(store, after: position)
      }
    case .cluster:
      return Board(
        journal: journal, blobs: blobs, clock: clock, beliefMicroseconds: source == nil ? 0 : Self.beliefMicroseconds
      ) { _ in
        EventFeed(
          journal, clock: clock, campaign: campaign?.name, among: { withRuns || $0.kind != .run }, source: source)
      }
    }
  }

  /// The entries of some streams, from the first on.
  /// - Parameter source: a cluster's events; nil to read its journals with every call.
  func feed(
    of stream: StreamID?, among isIncluded: @escaping @Sendable (StreamID) -> Bool, source: (any EventSource)?
  ) -> any JournalFeed {
    switch place {
    case .embedded(let store): PositionFeed(store, among: isIncluded)
    case .cluster:
      EventFeed(
        deployment.journal, clock: MachineClock(), campaign: stream?.campaignName, among: isIncluded, source: source)
    }
  }
}
