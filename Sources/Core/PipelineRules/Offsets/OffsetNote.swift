import FoundationEssentials

/// The contents of a commit besides its position, as text for the commit's metadata.
///
/// `1` for this format, then base64 of: a byte of flags; as variable-length integers the position that the note belongs
/// to and how far beyond it records were delivered; then which offsets from the position on are finished, as lengths of
/// runs (unfinished, finished, unfinished, …) or as bits from the offset after the position, whichever is shorter. The
/// offset at the position is never finished. If the whole does not fit, the note covers the lower part: records that it
/// leaves out are delivered again, and nothing is lost.
struct OffsetNote: Sendable, Equatable {
  /// The most metadata that a broker accepts (`offset.metadata.max.bytes`).
  static let byteLimit = 4_096
  /// With at most this many unfinished offsets, a note is far below its limit for any lengths of runs.
  static let unfinishedThatAlwaysFit = 100
  /// More unfinished offsets than any consumer buffers: such a note was not written by Shoal.
  private static let unfinishedLimit = 100_000
  private static let version: Character = "1"
  private static let byteCapacity = (byteLimit - 1) / 4 * 3

  private enum Flag {
    static let isLast: UInt8 = 1
    static let isBits: UInt8 = 2
  }

  let position: Int64
  /// Whether the partition was released with this commit.
  let isLast: Bool
  /// The highest offset that was ever delivered; below the position if that adds nothing.
  let delivered: Int64
  /// Ascending, from the position on, below `highestFinished`.
  let unfinished: [Int64]
  /// Nil if nothing above the position is finished.
  let highestFinished: Int64?

  init(position: Int64, isLast: Bool, delivered: Int64, unfinished: [Int64], highestFinished: Int64?) {
    self.position = position
    self.isLast = isLast
    self.delivered = max(delivered, position - 1)
    self.unfinished = unfinished
    self.highestFinished = highestFinished
  }

  /// The note as text, at most `byteLimit` bytes.
  var text: String {
    let room = Self.byteCapacity - head(0).count
    let runs = runs(room: room)
    let bits = bits(room: room)
    let isBits = runs.covered == bits.covered ? bits.bytes.count < runs.bytes.count : bits.covered > runs.covered
    let bytes = head(isBits ? Flag.isBits : 0) + (isBits ? bits.bytes : runs.bytes)
    return "\(Self.version)\(Data(bytes).base64EncodedString())"
  }

  /// Reads a commit's note; nil if it has another format, is damaged, or belongs to another position.
  init?(_ committed: GroupOffset) {
    guard committed.note.utf8.count <= Self.byteLimit, committed.note.first == Self.version,
      let data = Data(base64Encoded: String(committed.note.dropFirst()))
    else { return nil }
    var bytes = [UInt8](data)[...]
    guard let flags = bytes.popFirst(), flags & ~(Flag.isLast | Flag.isBits) == 0,
      Self.number(&bytes) == committed.position, let ahead = Self.number(&bytes),
      case (let delivered, false) = (committed.position - 1).addingReportingOverflow(ahead)
    else { return nil }
    let isBits = flags & Flag.isBits != 0
    guard let found = isBits ? Self.readBits(bytes, committed.position) : Self.readRuns(bytes, committed.position)
    else {
      return nil
    }
    self.init(
      position: committed.position, isLast: flags & Flag.isLast != 0, delivered: delivered,
      unfinished: found.unfinished, highestFinished: found.highestFinished)
  }

  private func head(_ flags: UInt8) -> [UInt8] {
    var bytes = [flags | (isLast ? Flag.isLast : 0)]
    Self.put(position, &bytes)
    Self.put(delivered - (position - 1), &bytes)
    return bytes
  }

  /// The runs, in pairs, as far as there is room; `covered` is the highest finished offset that they include.
  private func runs(room: Int) -> (bytes: [UInt8], covered: Int64) {
    guard let highestFinished else { return ([], position - 1) }
    var bytes: [UInt8] = []
    var covered = position - 1
    var next = 0
    while covered < highestFinished {
      let first = next
      while next + 1 < unfinished.count, unfinished[next + 1] == unfinished[next] + 1 { next += 1 }
      next += 1
      let end = next < unfinished.count ? unfinished[next] - 1 : highestFinished
      let before = bytes.count
      Self.put(Int64(next - first), &bytes)
      Self.put(end - unfinished[next - 1], &bytes)
      if bytes.count > room {
        bytes.removeSubrange(before...)
        break
      }
      covered = end
    }
    return (bytes, covered)
  }

  private func bits(room: Int) -> (bytes: [UInt8], covered: Int64) {
    guard let highestFinished else { return ([], position - 1) }
    let length = min(highestFinished - position, Int64(room) * 8)
    var bytes = [UInt8](repeating: 0xff, count: Int((length + 7) / 8))
    if length % 8 != 0 { bytes[bytes.count - 1] = 0xff >> UInt8(8 - length % 8) }
    for offset in unfinished where offset > position {
      let bit = offset - position - 1
      guard bit < length else { break }
      bytes[Int(bit / 8)] &= ~(1 << UInt8(bit % 8))
    }
    while bytes.last == 0 { bytes.removeLast() }
    guard let last = bytes.last else { return ([], position - 1) }
    return (bytes, position + Int64(bytes.count) * 8 - Int64(last.leadingZeroBitCount))
  }

  private typealias Found = (unfinished: [Int64], highestFinished: Int64?)

  private static func readRuns(_ bytes: ArraySlice<UInt8>, _ position: Int64) -> Found? {
    var bytes = bytes
    var unfinished: [Int64] = []
    var next = position
    while !bytes.isEmpty {
      guard let open = number(&bytes), let finished = number(&bytes), open > 0, finished > 0,
        open <= Int64(unfinishedLimit - unfinished.count),
        case (let afterOpen, false) = next.addingReportingOverflow(open),
        case (let end, false) = afterOpen.addingReportingOverflow(finished)
      else { return nil }
      unfinished += next..<afterOpen
      next = end
    }
    return (unfinished, next == position ? nil : next - 1)
  }

  private static func readBits(_ bytes: ArraySlice<UInt8>, _ position: Int64) -> Found? {
    guard let last = bytes.last, last != 0, position <= .max - Int64(byteLimit) * 8 else { return nil }
    let bits = Int64(bytes.count) * 8 - Int64(last.leadingZeroBitCount)
    var unfinished = [position]
    for bit in 0..<bits where bytes[bytes.startIndex + Int(bit / 8)] & (1 << UInt8(bit % 8)) == 0 {
      unfinished.append(position + 1 + bit)
    }
    return (unfinished, position + bits)
  }

  private static func put(_ value: Int64, _ bytes: inout [UInt8]) {
    var rest = UInt64(bitPattern: value)
    while rest > 0x7f {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// A number that is not negative, in its shortest form or not.
  private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = bytes.popFirst() {
      guard shift < 63 else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return Int64(exactly: value) }
      shift += 7
    }
    return nil
  }
}
