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
