public import PaperModel

/// The state of a paper.
public enum Standing: String, Sendable, Codable, CaseIterable {
  case queued, running, waiting, done, dead, cancelled
  /// Its journal is damaged, so no worker can go on with it.
  case damaged

  /// Whether the paper is at an end.
  public var isOver: Bool { [.done, .dead, .cancelled, .damaged].contains(self) }
}

extension Standing {
  /// The state of a campaign: `paused`, `running`, `done`, `dead`, `cancelled` or `damaged`.
  /// - Parameters:
  ///   - end: how the campaign itself ended; nil while it makes ideas.
  ///   - isOver: whether it and all its papers have ended.
  static func ofCampaign(end: Standing?, isOver: Bool, isPaused: Bool) -> String {
    if let end, end != .done { return end.rawValue }
    return isOver ? "done" : isPaused ? "paused" : "running"
  }
}

/// A worker that holds a stream, and since when.
public struct Claim: Sendable, Hashable, Codable {
  public let worker: WorkerID
  public let stage: Stage
  /// Microseconds since 1970.
  public let atMicroseconds: Int64
}

extension StreamID {
  /// The campaign or paper that the stream's money and state belong to: itself, or the owner of a run. Nil for a run
  /// whose name has no owner.
  public var owner: StreamID? {
    guard kind == .run else { return self }
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let owner = name[..<dot]
    return StreamID(owner.contains(".") ? .paper : .campaign, String(owner))
  }

  /// The name of the campaign that the stream belongs to.
  public var campaignName: String { name.firstIndex(of: ".").map { String(name[..<$0]) } ?? name }
}
