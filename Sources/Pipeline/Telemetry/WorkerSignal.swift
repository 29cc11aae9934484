public import PaperModel

/// Signals that health depends on and worker events don't carry. The command feeds them.
public enum WorkerSignal: Sendable, Hashable {
  /// The consumers have joined: their partitions are assigned, or the store is open.
  case tookPart
  /// The consumers have left.
  case leftOut
  /// The message log answered a poll, with or without items: the polling loop is alive.
  case polled
  /// The worker's heartbeat was written.
  case beat
  /// A program that a step runs has shown progress.
  case programBeat(StreamID)
  /// The worker takes no new work.
  case draining
}
