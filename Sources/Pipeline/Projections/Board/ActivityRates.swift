public import PaperModel

/// The spending and the finished papers of the last ten minutes.
public struct ActivityRates: Projection, Sendable, Hashable, Codable {
  private static let windowMicroseconds: Int64 = 600_000_000
  private static let bucketMicroseconds: Int64 = 1_000_000

  private struct Bucket: Sendable, Hashable, Codable {
    let second: Int64
    var spent = Money.zero
    var papers = 0
  }

  /// At most one for each second of the window.
  private var buckets: [Bucket] = []
  private var first: Int64?

  public init() {}

  public mutating func apply(_ found: StreamEntry) {
    let time = found.entry.atMicroseconds
    first = min(first ?? time, time)
    switch found.entry.fact {
    case .stepFinished(_, _, _, let charge), .stepFailed(_, _, _, let charge), .settledLate(_, _, let charge):
      add(time) { $0.spent += charge.money }
    case .stageFinished(let stage, _, _, _) where found.stream.kind == .paper && StageGraph.next(after: stage) == nil:
      add(time) { $0.papers += 1 }
    default: break
    }
  }

  /// Forgets what no longer counts at this time.
  public mutating func forget(before now: Int64) {
    buckets.removeAll { $0.second * Self.bucketMicroseconds < now - Self.windowMicroseconds }
  }

  /// The seconds that the rates cover: the window, or less if the history is shorter.
  public func seconds(at now: Int64) -> Double {
    Double(max(1_000_000, min(Self.windowMicroseconds, now - (first ?? now)))) / 1_000_000
  }

  public var spent: Money { buckets.reduce(.zero) { $0 + $1.spent } }
  public var papers: Int { buckets.reduce(0) { $0 + $1.papers } }

  private mutating func add(_ time: Int64, _ body: (inout Bucket) -> Void) {
    let second = time / Self.bucketMicroseconds
    // Entries come nearly in the order of their times.
    if let index = buckets.lastIndex(where: { $0.second == second }) { return body(&buckets[index]) }
    var bucket = Bucket(second: second)
    body(&bucket)
    buckets.append(bucket)
    // While a long history is read, at most the window is kept.
    if buckets.count > 1200 { forget(before: (buckets.map(\.second).max() ?? 0) * Self.bucketMicroseconds) }
  }
}
