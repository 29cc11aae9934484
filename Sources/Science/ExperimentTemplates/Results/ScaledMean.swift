/// Means of numbers whose sum may be beyond the largest or below the smallest normal one.
public enum ScaledMean {
  /// A power of two near the largest size among some values; 1 where all are zero. Dividing by it and multiplying by it
  /// loses no digit of a normal number.
  public static func scale(of values: [Double]) -> Double {
    guard let largest = values.map(abs).max(), largest > 0, largest.isFinite else { return 1 }
    return Double(sign: .plus, exponent: min(1000, max(-1000, Int(largest.exponent))), significand: 1)
  }

  /// The arithmetic mean of finite values; 0 of none.
  public static func of(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let scale = scale(of: values)
    return values.reduce(0) { $0 + $1 / scale } / Double(values.count) * scale
  }
}
