/// Means of numbers whose sum may overflow or underflow.
public enum ScaledMean {
  /// A power of two near the largest of the values; 1 if all are zero. Dividing and multiplying by it loses no digit of
  /// a normal number.
  public static func scale(of values: [Double]) -> Double {
    guard let largest = values.map(abs).max(), largest > 0, largest.isFinite else { return 1 }
    return Double(sign: .plus, exponent: min(1000, max(-1000, Int(largest.exponent))), significand: 1)
  }

  /// The arithmetic mean of finite values; 0 if there are none.
  public static func of(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let scale = scale(of: values)
    return values.reduce(0) { $0 + $1 / scale } / Double(values.count) * scale
  }
}
