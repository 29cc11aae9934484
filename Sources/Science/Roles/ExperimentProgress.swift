public import PaperModel

/// How far the experiments of a paper are: what an experimenter decides from. It has no other memory between visits,
/// and a repeated visit gets the same.
public struct ExperimentProgress: Sendable {
  /// The runs asked for so far, in the order of the requests.
  public let asked: [AskedExperiment]
  /// What the experimenter wanted to remember when it last asked for runs; nil if that was nothing.
  public let memo: BlobReference?

  public init(asked: [AskedExperiment] = [], memo: BlobReference? = nil) {
    self.asked = asked
    self.memo = memo
  }

  /// The runs whose ends are known, in the order in which they became known. Each visit adds one at the end of the
  /// list, so `ended[..<count]` is what a visit had that knew `count` ends.
  public var ended: [AskedExperiment] {
    asked.filter { $0.fold != nil }.sorted { ($0.fold ?? 0) < ($1.fold ?? 0) }
  }
}
