/// Notices that a model under a JSON schema no longer comes to an end: models whose output a grammar constrains write
/// white space, or the same characters, until their limit.
///
/// It reports 200 bytes of white space between two tokens, and a period of at most 64 bytes that is repeated for at
/// least twelve times and 240 bytes outside of arrays. A legal array may well hold equal values.
public struct LoopDetector: Sendable {
  private static let mostSpace = 200
  private static let longestPeriod = 64
  private static let repeats = 12
  private static let leastBytes = 240

  private var scanner = JSONScanner()
  private var space = 0
  private var recent: [UInt8] = []
  /// For each period, the number of last bytes that equal the byte one period before.
  private var equal = [Int](repeating: 0, count: longestPeriod + 1)

  public init() {}

  /// Takes the next text of the answer.
  /// - Returns: whether the answer runs in a loop.
  public mutating func take(_ text: String) -> Bool {
    for byte in text.utf8 where take(byte) { return true }
    return false
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    let isText = scanner.take(byte)
    space = !isText && byte.isJSONSpace ? space + 1 : 0
    if space >= Self.mostSpace { return true }
    guard isText || !scanner.isInArray, space < 2 else {
      recent.removeAll(keepingCapacity: true)
      return false
    }
    if scanner.isInArray { return false }
    return repeats(byte)
  }

  private mutating func repeats(_ byte: UInt8) -> Bool {
    if recent.isEmpty { for period in equal.indices { equal[period] = 0 } }
    var isLoop = false
    for period in 1...Self.longestPeriod where period <= recent.count {
      equal[period] = recent[recent.count - period] == byte ? equal[period] + 1 : 0
      let length = equal[period] + period
      if length >= period * Self.repeats, length >= Self.leastBytes { isLoop = true }
    }
    recent.append(byte)
    if recent.count > 4 * Self.longestPeriod { recent.removeFirst(recent.count - Self.longestPeriod) }
    return isLoop
  }
}
