import Testing

@testable import Studies

/// The expected values were computed with NumPy 2.4.6 and SciPy 1.17.1, intervals with 400,000 resamples.
@Suite struct StatisticsTests {
  private let first = Sample([4.1, 5.3, 3.9, 6.2, 5.8, 4.7, 5.1, 6.6, 4.4, 5.0, 5.5, 4.9])!
  private let second = Sample([3.2, 4.0, 2.9, 4.8, 4.1, 3.6, 3.9, 5.2, 3.3, 3.8, 4.4, 3.5])!

  private func isClose(_ value: Double, _ expected: Double, within tolerance: Double) -> Bool {
    abs(value - expected) <= tolerance
  }

  @Test func `means and standard deviations agree with NumPy`() throws {
    #expect(isClose(first.mean, 5.125, within: 1e-12))
    #expect(isClose(try #require(first.standardDeviation), 0.8136617568409212, within: 1e-12))
    #expect(isClose(try #require(second.standardDeviation), 0.6680478117529305, within: 1e-12))
    #expect(Sample([1])!.standardDeviation == nil)
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
    #expect(Comparison(Sample([1])!, with: Sample([1])!, comparisons: 1, seededBy: "x").verdict == .noEffectFound)
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
    #expect(NumberFormat(for: [21.9]).signed(-0.001) == "\u{2212}0.00100")
    #expect(NumberFormat(for: [21.9]).signed(3.5e-15) == "0.0")
    #expect(NumberFormat(for: [0, 0]).text(0) == "0")
    let mixed = NumberFormat(for: [46.03, 0.00123])
    #expect(mixed.text(46.03) == "46.0" && mixed.text(0.00123) == "0.00123")
  }

  @Test func `every name of a number can be read back`() {
    let names: [ClaimName] = [
      .value(2), .setting(4), .statistic(1, metric: 12, .mean), .seed(3, metric: 0, 2),
      .difference(2, .low), .level, .seeds, .bound, .lowest, .highest,
      .statistic(0, metric: 7, .standardDeviation),
    ]
    for name in names { #expect(ClaimName(name.text) == name) }
    for text in [
      "", "run_x.loss.mean", "value.two", "run_1.loss", "nothing", "value.-1", "run_0.loss.mean",
      "value.99999999999999999999", "run_1.metric_.mean",
    ] { #expect(ClaimName(text) == nil) }
  }

  @Test func `numbers of any size have three leading digits and a power of ten`() {
    let tiny = NumberFormat(for: [1.8e-9, 1.75e-9])
    #expect(tiny.text(1.8444e-9) == "1.84×10⁻⁹" && tiny.signed(3e-10) == "+3.00×10⁻¹⁰" && tiny.text(0) == "0")
    let huge = NumberFormat(for: [1.9996e300, -2e300])
    #expect(huge.text(1.9996e300) == "2.00×10³⁰⁰" && huge.text(-2e300) == "\u{2212}2.00×10³⁰⁰")
    #expect(NumberFormat(for: [.leastNonzeroMagnitude]).text(.leastNonzeroMagnitude) == "5.00×10⁻³²⁴")
    #expect(NumberFormat(for: [12_345_678]).text(12_345_678) == "12345678")
    #expect(
      NumberFormat(for: [46, 1e-9]).text(1e-9) == "1.00×10⁻⁹" && NumberFormat(for: [46, 1e-9]).text(46) == "46.0")
  }

  @Test func `statistics neither overflow nor lose digits at the ends of the range`() throws {
    for scale in [1e-300, 1, 1e300] {
      let sample = try #require(Sample([1 * scale, 2 * scale, 3 * scale]))
      #expect(isClose(sample.mean / scale, 2, within: 1e-12))
      #expect(isClose(try #require(sample.standardDeviation) / scale, 1, within: 1e-12))
      let other = try #require(Sample([5 * scale, 6 * scale, 7 * scale]))
      let comparison = Comparison(other, with: sample, comparisons: 2, seededBy: "s")
      #expect(isClose(comparison.difference / scale, 4, within: 1e-12) && comparison.verdict == .effect)
    }
    #expect(Sample([]) == nil && Sample([.nan]) == nil && Sample([1, .infinity]) == nil)
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `numbers of any kind go through the statistics to text`(seed: UInt64) throws {
    var random = RandomSource(seededBy: "\(seed)")
    func number() -> Double {
      let value = Double(bitPattern: random.next())
      return value.isFinite ? max(-Sample.largest, min(Sample.largest, value)) : 0
    }
    let samples = (0..<2).map { _ in Sample((0...random.index(below: 4)).map { _ in number() }) }
    let (first, second) = (try #require(samples[0]), try #require(samples[1]))
    let comparison = Comparison(first, with: second, comparisons: 3, seededBy: "\(seed)")
    let format = NumberFormat(for: first.values + second.values)
    let numbers = [
      first.mean, first.standardDeviation ?? 0, comparison.difference, comparison.interval.low,
      comparison.interval.high,
    ]
    for value in numbers {
      #expect(value.isFinite)
      for text in [format.text(value), format.signed(value)] { #expect(text.count <= 14, "\(value): \(text)") }
    }
  }

  /// A single comparison without any effect: with few seeds the share of false effects exceeds the nominal 5 %, as the
  /// papers say.
  @Test func `with three seeds chance leads to an effect in more than one of twenty comparisons`() throws {
    var random = RandomSource(seededBy: "error rate")
    func value() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + Double(random.next() >> 11) / 9007199254740992 } }
    let found = try (0..<150).count { _ in
      let sides = try (0..<2).map { _ in try #require(Sample((0..<3).map { _ in value() })) }
      return Comparison(sides[0], with: sides[1], comparisons: 1, seededBy: "one").verdict == .effect
    }
    #expect((10...35).contains(found), "\(found) of 150")
  }
}
