import Operations
import PaperModel
import Projections

extension Installation {
  /// How long a heartbeat counts while a cluster's events are followed: microseconds.
  private static let beliefMicroseconds: Int64 = 5_000_000

  /// New entries of a cluster are saved once there are so many: each is a request to read again.
  private static let leastToSave = 20

  /// The state of everything. A data folder keeps what was looked at in itself, and a cluster in this machine's folder.
  /// - Parameters:
  ///   - campaign: on a cluster, reads only this campaign's journals; nil for all.
  ///   - source: a cluster's events; nil to read its journals with every refresh.
  ///   - report: told what a look at a cluster can't do.
  func board(
    of campaign: StreamID? = nil, source: (any EventSource)? = nil, clock: any WallClock = MachineClock(),
    report: @escaping @Sendable (String) -> Void
  ) async throws -> Board {
    let journal = deployment.journal
    let blobs = deployment.blobs
    switch place {
    case .embedded(let store):
      return Board(journal: journal, blobs: blobs, store: EmbeddedBoardStore(store), clock: clock) { position in
        PositionFeed(store, after: position)
      }
    case .cluster(let cluster):
      let belief = source == nil ? 0 : Self.beliefMicroseconds
      let store = await cluster.looks.store(report).map { EmbeddedBoardStore($0) }
      let history: ClusterHistory? =
        if campaign == nil, store != nil { try settings.cluster.map { try ClusterHistory($0, report: report) } } else {
          nil
        }
      return Board(
        journal: journal, blobs: blobs, store: store, clock: clock, beliefMicroseconds: belief,
        leastToSave: Self.leastToSave
      ) { saved in
        EventFeed(journal, clock: clock, of: campaign, source: source, history: history, store: store, after: saved)
      }
    }
  }

  /// The entries of a stream and of what belongs to it, or of all streams, from the first on.
  /// - Parameter source: a cluster's events; nil to read its journals with every call.
  func feed(of stream: StreamID?, source: (any EventSource)?) -> any JournalFeed {
    if stream == nil, case .embedded(let store) = place { return PositionFeed(store) }
    return EventFeed(deployment.journal, clock: MachineClock(), of: stream, source: source)
  }
}
