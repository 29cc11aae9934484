internal import PaperModel
internal import Synchronization

/// Up to where streams are known to reach. Entries are never removed, so what was seen once stays true.
final class KnownEnds: Sendable {
  private static let mostStreams = 20_000
  private let ends = Mutex<[StreamID: Int64]>([:])

  /// The number after the last entry that was seen; nil where none was.
  subscript(stream: StreamID) -> Int64? { ends.withLock { $0[stream] } }

  /// An entry right before this number was seen.
  func raise(_ stream: StreamID, to end: Int64) {
    ends.withLock { ends in
      // A cache: what is forgotten costs one request.
      if ends.count >= Self.mostStreams, ends[stream] == nil { ends = [:] }
      ends[stream] = max(end, ends[stream] ?? 0)
    }
  }
}
