/// Some values of one quantity, one for each seed.
package struct Sample: Hashable, Sendable {
  /// The values, in the order of the seeds.
  package let values: [Double]

  package init(_ values: [Double]) {
    precondition(!values.isEmpty && values.allSatisfy(\.isFinite))
    self.values = values
  }

  /// The arithmetic mean.
  package var mean: Double { Self.mean(of: values) }

  /// The standard deviation with n - 1 in the denominator; nil for a single value.
  package var standardDeviation: Double? {
    guard values.count > 1 else { return nil }
    let centre = mean
    return (values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(values.count - 1)).squareRoot()
  }

  package static func mean(of values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// One resample with replacement, of the same size, and its mean.
  package func resampledMean(by source: inout RandomSource) -> Double {
    var sum = 0.0
    for _ in values { sum += values[source.index(below: values.count)] }
    return sum / Double(values.count)
  }
}

/// A range that is meant to hold a quantity.
package struct Interval: Hashable, Sendable {
  package let low: Double
  package let high: Double

  /// Whether zero lies outside.
  package var excludesZero: Bool { low > 0 || high < 0 }
}
