import Journal
import MessageLog
public import PaperModel
import PipelineRules
import WireFormat

/// The result of replaying the messages of a topic.
public struct TopicReplay: Sendable, Hashable {
  /// Messages since the given time.
  public internal(set) var messages = 0
  /// Streams whose next item was enqueued, or would be.
  public internal(set) var streams: [StreamID] = []
  /// Streams that have ended or moved on: nothing is enqueued for them.
  public internal(set) var resting = 0
  /// Messages that this version can't read; they are left as they are.
  public internal(set) var unreadable = 0
}

extension Deployment {
  /// Enqueues the unfinished work that messages ask for: for each stream that has not ended, the item of its current
  /// stage. Nothing finished is done or paid for again.
  /// - Parameters:
  ///   - bodies: the messages' bodies, the oldest first.
  ///   - isTried: whether only to report what would be done.
  public func replay(_ bodies: [[UInt8]], isTried: Bool) async throws -> TopicReplay {
    var result = TopicReplay()
    var wanted: [StreamID: WorkItem] = [:]
    for body in bodies {
      result.messages += 1
      guard let item = try? WireFormat.decodeWorkItem(body) else {
        result.unreadable += 1
        continue
      }
      wanted[item.stream] = item
    }
    var items: [WorkItem] = []
    for state in try await states(of: wanted.keys.sorted()) {
      guard state.end == nil, let asked = wanted[state.stream] else {
        result.resting += 1
        continue
      }
      // For a stream without a journal, the message is the only source.
      items.append(
        state.opening.map { WorkItem(stream: state.stream, stage: state.stage, opening: $0) } ?? asked)
    }
    result.streams = items.map(\.stream)
    if !isTried {
      for start in stride(from: 0, to: items.count, by: 100) {
        try await log.publish(items[start..<min(start + 100, items.count)].map { Message($0) })
      }
    }
    return result
  }
}
