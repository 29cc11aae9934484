public import PaperModel

/// Drops duplicate events; for readers of the `events` topic. Remembers numbers, not events; a stream whose events come
/// in order costs one range.
public struct EventFilter: Sendable {
  private var seen: [StreamID: [ClosedRange<Int64>]] = [:]

  public init() {}

  /// Admits an event; false if it came before.
  public mutating func admits(_ event: StreamEvent) -> Bool {
    var ranges = seen[event.stream] ?? []
    let number = event.number
    // The ranges are in order, and mostly the last one matches.
    var index = ranges.count
    while index > 0, ranges[index - 1].lowerBound > number { index -= 1 }
    if index > 0, ranges[index - 1].contains(number) { return false }
    ranges.insert(number...number, at: index)
    if index + 1 < ranges.count, ranges[index + 1].lowerBound == number + 1 { Self.join(index, &ranges) }
    if index > 0, ranges[index - 1].upperBound == number - 1 { Self.join(index - 1, &ranges) }
    seen[event.stream] = ranges
    return true
  }

  /// Whether an entry of a stream is missing among those seen: before the last of them, and from 0 on. If it stays
  /// missing, the journal has it.
  public func isIncomplete(_ stream: StreamID) -> Bool {
    guard let ranges = seen[stream] else { return false }
    return ranges.count > 1 || ranges[0].lowerBound > 0
  }

  /// Forgets a stream, for instance one that ended long ago.
  public mutating func forget(_ stream: StreamID) { seen[stream] = nil }

  private static func join(_ index: Int, _ ranges: inout [ClosedRange<Int64>]) {
    ranges[index] = ranges[index].lowerBound...ranges[index + 1].upperBound
    ranges.remove(at: index + 1)
  }
}
