/// The partition of a key: always the same one for the same number of partitions.
///
/// Keys that end in a number, such as those of papers and runs, go to all partitions before one gets a second, which
/// spreads a campaign evenly; a hash would give one worker half as much again as another. The part before the number is
/// hashed. Numbers that follow each other go to partitions that are far apart: a group gives each worker partitions
/// side by side, and the few runs of one paper would all be one worker's.
enum KeySpread {
  /// The most digits of the number that are used; of longer numbers the last ones.
  private static let mostDigits = 9

  static func partition(of key: [UInt8], among count: Int) -> Int32 {
    precondition(count > 0)
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    let digits = key.reversed().prefix { isDigit($0) }.prefix(mostDigits).count
    let number = key.suffix(digits).reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) }
    return Int32((hash(key.dropLast(digits)) % UInt64(count) + number * stride(among: count)) % UInt64(count))
  }

  /// The distance of numbers that follow each other: the number next to 0.7 of the partitions, the smaller of two, that
  /// has no divisor with their count in common. Two to four workers then share what follows each other evenly, whether
  /// they have partitions side by side or in turn.
  static func stride(among count: Int) -> UInt64 {
    let wanted = (7 * count + 5) / 10
    for distance in 0..<count {
      for stride in [wanted - distance, wanted + distance] where stride > 0 && divisor(stride, count) == 1 {
        return UInt64(stride)
      }
    }
    return 1
  }

  private static func divisor(_ one: Int, _ other: Int) -> Int { other == 0 ? one : divisor(other, one % other) }

  /// FNV-1a, with its bits mixed once more (the finaliser of SplitMix64): the lowest bits alone spread short keys
  /// badly.
  private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
    return hash ^ (hash >> 31)
  }
}
