internal import PaperModel
internal import Synchronization

/// A cache of how far streams reach. Entries are never removed, so a known end stays a lower bound.
final class KnownEnds: Sendable {
  private static let mostStreams = 20_000
  private let ends = Mutex<[StreamID: Int64]>([:])

  /// The number after the last entry that was seen; nil if none was.
  subscript(stream: StreamID) -> Int64? { ends.withLock { $0[stream] } }

  /// Records that the entry before `end` exists.
  func raise(_ stream: StreamID, to end: Int64) {
    ends.withLock { ends in
      // Evicting an end costs one request later.
      if ends.count >= Self.mostStreams, ends[stream] == nil { ends = [:] }
      ends[stream] = max(end, ends[stream] ?? 0)
    }
  }
}
