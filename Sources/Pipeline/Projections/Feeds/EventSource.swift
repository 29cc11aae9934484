public import PaperModel

/// The events of all journals' entries, from the moment on in which the source was opened.
///
/// An event may come twice, or never if the worker that appended the entry was killed: the journals are the truth.
public protocol EventSource: Sendable {
  /// The events since the last call. Returns at once.
  /// - Returns: nil if events may be missing, so that the journals have to be read.
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
