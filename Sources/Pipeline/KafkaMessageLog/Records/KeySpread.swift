/// Which partition a key belongs to: always the same one for the same number of partitions.
///
/// Keys that end in a number, as those of papers and runs do, go to partitions in turn, so that a campaign is spread
/// evenly where a hash would give one worker half as much again as another. What stands before the number is hashed.
enum KeySpread {
  /// Digits of the number that is counted on; of longer numbers the end.
  private static let mostDigits = 9

  static func partition(of key: [UInt8], among count: Int) -> Int32 {
    precondition(count > 0)
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    let digits = key.reversed().prefix { isDigit($0) }.prefix(mostDigits).count
    let number = key.suffix(digits).reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) }
    return Int32((hash(key.dropLast(digits)) % UInt64(count) + number) % UInt64(count))
  }

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
