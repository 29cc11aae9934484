internal import ExperimentTemplates

/// Some values of one quantity, one for each seed.
package struct Sample: Hashable, Sendable {
  package let values: [Double]
  /// A power of two near the largest value: sums and squares are computed from values divided by it, so that none
  /// overflows and none is lost.
  private let scale: Double

  /// A sample; nil if there are no values, or some are not finite.
  package init?(_ values: [Double]) {
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    self.values = values
    scale = ScaledMean.scale(of: values)
  }

  /// The largest size of a value for which differences and deviations stay finite.
  package static let largest = Double.greatestFiniteMagnitude / 8

  /// The arithmetic mean.
  package var mean: Double { ScaledMean.of(values) }

  /// The standard deviation with n - 1 in the denominator; nil for a single value.
  package var standardDeviation: Double? {
    guard values.count > 1 else { return nil }
    let scaled = values.map { $0 / scale }
    let centre = scaled.reduce(0, +) / Double(scaled.count)
    let squares = scaled.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    return (squares / Double(values.count - 1)).squareRoot() * scale
  }

  /// The mean of one resample with replacement, of the same size.
  package func resampledMean(by source: inout RandomSource) -> Double {
    var sum = 0.0
    for _ in values { sum += values[source.index(below: values.count)] / scale }
    return sum / Double(values.count) * scale
  }
}

/// An interval estimate of a quantity.
package struct Interval: Hashable, Sendable {
  package let low: Double
  package let high: Double

  /// Whether zero lies outside by more than the noise of rounding.
  package func excludesZero(noise: Double) -> Bool { low > noise || high < -noise }
}
