import Testing

@testable import Studies

/// The expected values were computed with NumPy 2.4.6 and SciPy 1.17.1, intervals with 400,000 resamples.
@Suite struct StatisticsTests {
  private let first = Sample([4.1, 5.3, 3.9, 6.2, 5.8, 4.7, 5.1, 6.6, 4.4, 5.0, 5.5, 4.9])
  private let second = Sample([3.2, 4.0, 2.9, 4.8, 4.1, 3.6, 3.9, 5.2, 3.3, 3.8, 4.4, 3.5])

  private func isClose(_ value: Double, _ expected: Double, within tolerance: Double) -> Bool {
    abs(value - expected) <= tolerance
  }

  @Test func `means and standard deviations agree with NumPy`() throws {
    #expect(isClose(first.mean, 5.125, within: 1e-12))
    #expect(isClose(try #require(first.standardDeviation), 0.8136617568409212, within: 1e-12))
    #expect(isClose(try #require(second.standardDeviation), 0.6680478117529305, within: 1e-12))
    #expect(Sample([1]).standardDeviation == nil)
  }

  @Test func `quantiles agree with NumPy's default`() {
    let sorted: [Double] = [1, 2, 3, 4, 10]
    let expected = [0: 1, 0.025: 1.1, 0.3: 2.2, 0.5: 3, 0.975: 9.4, 1: 10]
    for (share, value) in expected {
      #expect(isClose(Bootstrap.quantile(share, of: sorted), value, within: 1e-12), "\(share)")
    }
  }

  @Test func `bootstrap intervals agree with SciPy's percentile method`() {
    let mean = Bootstrap.mean(first, level: 0.95, seededBy: "test")
    #expect(isClose(mean.low, 4.6917, within: 0.03) && isClose(mean.high, 5.575, within: 0.03))
    let difference = Bootstrap.difference(first, second, level: 0.975, seededBy: "test")
    #expect(isClose(difference.low, 0.5833, within: 0.04))
    #expect(isClose(difference.high, 1.8833, within: 0.04))
  }

  @Test func `the same seed gives the same interval, another gives another`() {
    let one = Bootstrap.mean(first, level: 0.95, seededBy: "a")
    #expect(one == Bootstrap.mean(first, level: 0.95, seededBy: "a"))
    #expect(one != Bootstrap.mean(first, level: 0.95, seededBy: "b"))
  }

  @Test func `more comparisons widen the interval, and an effect must exclude zero`() {
    let one = Comparison(first, with: second, comparisons: 1, seededBy: "x")
    let three = Comparison(first, with: second, comparisons: 3, seededBy: "x")
    #expect(one.level == 0.95 && isClose(three.level, 1 - 0.05 / 3, within: 1e-15))
    #expect(three.interval.high - three.interval.low > one.interval.high - one.interval.low)
    #expect(three.verdict == .effect)
    #expect(Comparison(first, with: first, comparisons: 1, seededBy: "x").verdict == .noEffectFound)
    #expect(Comparison(Sample([1]), with: Sample([1]), comparisons: 1, seededBy: "x").verdict == .noEffectFound)
  }

  @Test func `chance separates three and three values in one of ten cases`() {
    #expect(isClose(ChanceOfSeparation.share(3, 3), 0.1, within: 1e-12))
    #expect(isClose(ChanceOfSeparation.share(5, 5), 2.0 / 252, within: 1e-12))
    #expect(ChanceOfSeparation.share(1, 1) == 1)
  }

  @Test func `numbers are printed with as many decimals as their metric needs`() {
    #expect(NumberFormat(for: [2500, 1083.333]).text(1083.333) == "1083")
    #expect(NumberFormat(for: [0.998, 0.5]).text(0.5) == "0.500")
    #expect(NumberFormat(for: [21.9]).signed(-3.14159) == "\u{2212}3.1")
    #expect(NumberFormat(for: [21.9]).signed(3.14159) == "+3.1")
    #expect(NumberFormat(for: [21.9]).signed(-0.001) == "0.0")
    #expect(NumberFormat(for: [0, 0]).text(0) == "0")
    let mixed = NumberFormat(for: [46.03, 0.00123])
    #expect(mixed.text(46.03) == "46.0" && mixed.text(0.00123) == "0.00123")
  }

  @Test func `every name of a number can be read back`() {
    let names: [ClaimName] = [
      .value(2), .setting("learning_rate"), .statistic(1, metric: "a.b_c", .mean), .seed(3, metric: "loss", 2),
      .difference(2, .low), .level, .seeds, .bound, .lowest, .highest,
      .statistic(0, metric: "difference_x", .standardDeviation),
    ]
    for name in names { #expect(ClaimName(name.text) == name) }
    for text in ["", "run_x.loss.mean", "value.two", "run_1.loss", "nothing"] { #expect(ClaimName(text) == nil) }
  }
}
