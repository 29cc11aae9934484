/// Takes an output of any length and keeps its beginning or its end within a limit.
struct OutputBuffer {
  private let limit: Int
  private let part: ChildLimits.Part
  private var kept: [UInt8] = []
  private(set) var totalBytes = 0

  init(limit: Int, keeping part: ChildLimits.Part) {
    precondition(limit >= 0, "a limit on kept bytes can't be negative")
    self.limit = limit
    self.part = part
  }

  mutating func append(_ bytes: some Collection<UInt8>) {
    totalBytes += bytes.count
    switch part {
    case .beginning:
      kept.append(contentsOf: bytes.prefix(limit - kept.count))
    case .end:
      kept.append(contentsOf: bytes.suffix(limit))
      // Trim only when twice the limit is held: each byte is then moved at most once more.
      if kept.count > 2 * limit { trim() }
    }
  }

  /// The kept bytes, once the output has ended.
  func finished() -> BoundedBytes {
    var copy = self
    copy.trim()
    return BoundedBytes(bytes: copy.kept, totalBytes: totalBytes)
  }

  private mutating func trim() { kept.removeFirst(max(0, kept.count - limit)) }
}
