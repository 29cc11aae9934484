/// The partition of a key: always the same one for the same number of partitions.
///
/// Keys that end in a number, such as those of papers and runs, go to partitions in turn, which spreads a campaign
/// evenly; a hash would give one worker half as much again as another. The part before the number is hashed.
enum KeySpread {
  /// The most digits of the number that are used; of longer numbers the last ones.
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
