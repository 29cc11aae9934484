public import PaperModel

/// The events of all journals' entries, from the moment on in which the source was opened.
///
/// An event may come twice, or never if the worker that appended the entry was killed: the journals are the truth.
public protocol EventSource: Sendable {
  /// The events since the last call. Returns at once.
  /// - Returns: nil if events may be missing, so that the journals have to be read.
  func told() async -> [StreamEvent]?
}
