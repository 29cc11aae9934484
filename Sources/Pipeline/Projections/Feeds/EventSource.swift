public import PaperModel

/// Where the entries of all journals are told as they are appended, for whoever looks on: from the moment on in which
/// it was opened.
///
/// An entry may be told twice, or never, where the worker that appended it was killed: the journals are the truth.
public protocol EventSource: Sendable {
  /// What was told since the last call. Returns at once.
  /// - Returns: nil where more may have been told than this knows of, so that the journals have to be read.
  func told() async -> [StreamEvent]?
}

/// What was told of journals before this process looked.
public protocol EventHistory: Sendable {
  /// The streams of which something was told since a mark.
  /// - Parameter mark: what an earlier call returned; nil for none.
  func changes(since mark: [UInt8]?) async -> ToldChanges
}

/// Which streams were told of.
public enum ToldChanges: Sendable {
  /// These, up to a new mark.
  case these(Set<StreamID>, mark: [UInt8])
  /// More than are known: there was no mark, or it is older than what is kept.
  case unknown(mark: [UInt8])
  /// Nobody answers.
  case away
}
