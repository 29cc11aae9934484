/// Percentile bootstrap intervals (Efron and Tibshirani 1993); the same values and seed text yield the same interval.
package enum Bootstrap {
  /// The number of resamples.
  package static let resamples = 10_000

  /// The interval of a mean.
  package static func mean(_ sample: Sample, level: Double, seededBy text: String) -> Interval {
    interval(level: level, seededBy: text) { source in sample.resampledMean(by: &source) }
  }

  /// The interval of the difference of means, `first` minus `second`; each sample is resampled independently.
  package static func difference(_ first: Sample, _ second: Sample, level: Double, seededBy text: String) -> Interval {
    interval(level: level, seededBy: text) { source in
      let mean = first.resampledMean(by: &source)
      return mean - second.resampledMean(by: &source)
    }
  }

  private static func interval(
    level: Double, seededBy text: String, draw: (inout RandomSource) -> Double
  ) -> Interval {
    precondition(level > 0 && level < 1)
    var source = RandomSource(seededBy: text)
    var draws: [Double] = []
    draws.reserveCapacity(resamples)
    for _ in 0..<resamples { draws.append(draw(&source)) }
    draws.sort()
    return Interval(low: quantile((1 - level) / 2, of: draws), high: quantile((1 + level) / 2, of: draws))
  }

  /// A quantile of sorted values, interpolated linearly between neighbours, as NumPy does by default.
  package static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    precondition(!sorted.isEmpty && (0...1).contains(share))
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
  }
}
