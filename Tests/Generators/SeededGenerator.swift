/// Random numbers that repeat with the same seed (SplitMix64, Steele et al. 2014).
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number below a bound, which is at least 1.
  public mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// A number of at most this many bits, small ones as often as large ones.
  public mutating func number(bits: Int) -> Int64 {
    let width = Int.random(in: 0...bits, using: &self)
    return width == 0 ? 0 : Int64(next() >> (64 - UInt64(width)))
  }

  /// One of some values, of which there must be one.
  public mutating func pick<Value>(_ values: [Value]) -> Value { values.randomElement(using: &self)! }
}
