import Kafka

/// Random numbers that repeat with the same seed (SplitMix64, Steele et al. 2014).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number below a bound.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// A record of a topic `t`.
func record(
  _ key: String?, _ offset: Int64, in partition: Int32 = 0, at time: Int64 = 0, priority: String? = nil,
  bytes: Int = 0
) -> ReceivedRecord {
  ReceivedRecord(
    place: RecordPlace(TopicPartition("t", partition), offset), key: key.map { Array($0.utf8) },
    value: [UInt8](repeating: 0, count: bytes), headers: priority.map { [RecordHeader("priority", text: $0)] } ?? [],
    timestampMilliseconds: time)
}
