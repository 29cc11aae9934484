public import PaperModel

/// What a worker's events do not say and its health depends on. The command feeds it from where it is known.
public enum WorkerSignal: Sendable, Hashable {
  /// The consumers take part in their topics: their partitions are assigned, or the store is open.
  case tookPart
  /// The consumers no longer take part.
  case leftOut
  /// The message log was asked for items and answered, with or without any: the loop that asks is alive.
  case polled
  /// The worker's heartbeat was written.
  case beat
  /// A program that a step runs has shown that it is alive and getting on.
  case programBeat(StreamID)
  /// The worker takes nothing new any more.
  case draining
}
