/// The conclusion from comparing a setting's value with the baseline.
package enum Verdict: String, Hashable, Sendable {
  /// The interval of the difference excludes zero.
  case effect
  /// The interval of the difference includes zero.
  case noEffectFound
  /// The run failed, so there was nothing to compare.
  case failed
}

/// A setting's results compared with the baseline's.
package struct Comparison: Hashable, Sendable {
  /// The nominal share of studies without any effect that find none, over all comparisons of the study together.
  package static let studyLevel = 0.95

  /// The difference of means, the setting's minus the baseline's.
  package let difference: Double
  /// Its interval, at the level of one comparison.
  package let interval: Interval
  /// The level of one comparison.
  package let level: Double
  package let verdict: Verdict

  /// The level of each comparison, if there are this many.
  package static func level(of comparisons: Int) -> Double {
    precondition(comparisons > 0)
    return 1 - (1 - studyLevel) / Double(comparisons)
  }

  /// Compares at the nominal level of 95 %, divided over the comparisons (Bonferroni). With few seeds the interval is
  /// too narrow, so the share of false effects is above 5 %.
  package init(_ setting: Sample, with baseline: Sample, comparisons: Int, seededBy text: String) {
    level = Self.level(of: comparisons)
    difference = setting.mean - baseline.mean
    interval = Bootstrap.difference(setting, baseline, level: level, seededBy: text)
    let largest = (setting.values + baseline.values).map(abs).max() ?? 0
    verdict = interval.excludesZero(noise: largest * 1e-12) ? .effect : .noEffectFound
  }
}

/// How often chance alone would separate two samples completely: all values of one beyond all of the other.
package enum ChanceOfSeparation {
  /// Two divided by the number of ways to choose one sample from all values.
  package static func share(_ first: Int, _ second: Int) -> Double {
    precondition(first > 0 && second > 0)
    var ways = 1.0
    for step in 1...first { ways = ways * Double(second + step) / Double(step) }
    return min(1, 2 / ways)
  }
}
