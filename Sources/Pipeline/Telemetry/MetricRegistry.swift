internal import Synchronization

/// The values of metrics. Each metric has a lock of its own, held for one addition.
public final class MetricRegistry: Sendable {
  private let families: [MetricFamily]
  private let byName: [String: MetricFamily]

  /// A registry of metrics with distinct names.
  public init(_ metrics: [Metric] = MetricCatalogue.all) {
    families = metrics.map(MetricFamily.init)
    byName = Dictionary(uniqueKeysWithValues: zip(metrics.map(\.name), families))
  }

  /// Adds to a counter or a gauge.
  /// - Parameter labels: the values of the metric's labels, in their order.
  public func add(_ amount: Double = 1, to metric: Metric, _ labels: String...) {
    precondition(metric.kind != .counter || amount >= 0, "a counter only grows")
    family(metric).change(labels) { $0.value += amount }
  }

  /// Sets a gauge, or a counter that is kept elsewhere.
  public func set(_ metric: Metric, _ labels: String..., to value: Double) {
    family(metric).change(labels) { $0.value = value }
  }

  /// Counts an observation in a histogram.
  public func observe(_ value: Double, in metric: Metric, _ labels: String...) {
    guard case .histogram(let limits) = metric.kind else { preconditionFailure("\(metric.name) is no histogram") }
    family(metric).change(labels) { series in
      series.value += value
      series.counts[limits.firstIndex { value <= $0 } ?? limits.count] += 1
    }
  }

  /// The value of a counter or gauge with these labels, or the sum of a histogram; nil if nothing was counted.
  public func value(of metric: Metric, _ labels: String...) -> Double? { family(metric).value(labels) }

  /// Prometheus' text format, version 0.0.4.
  public var text: String { families.map(\.text).joined() }

  private func family(_ metric: Metric) -> MetricFamily {
    guard let family = byName[metric.name] else { preconditionFailure("\(metric.name) is not in the registry") }
    return family
  }
}

/// A metric and its values, by label.
final class MetricFamily: Sendable {
  struct Series {
    /// The value, or a histogram's sum.
    var value = 0.0
    /// For a histogram: the number of observations in each bucket, infinity last.
    var counts: [UInt64]
  }

  /// Label values beyond this number of series count under `other`, because label values are untrusted and memory is
  /// bounded.
  static let maximumSeries = 200
  private let metric: Metric
  private let bucketCount: Int
  private let series: Mutex<[[String]: Series]>

  init(_ metric: Metric) {
    self.metric = metric
    if case .histogram(let buckets) = metric.kind { bucketCount = buckets.count + 1 } else { bucketCount = 0 }
    // A metric without labels exists from the start: a counter that appears with its first event would hide that
    // event.
    series = Mutex(metric.labels.isEmpty ? [[]: Series(counts: Array(repeating: 0, count: bucketCount))] : [:])
  }

  func change(_ labels: [String], _ change: (inout Series) -> Void) {
    precondition(labels.count == metric.labels.count, "\(metric.name) has the labels \(metric.labels)")
    series.withLock { series in
      let isNew = series[labels] == nil
      let key = isNew && series.count >= Self.maximumSeries ? labels.map { _ in "other" } : labels
      change(&series[key, default: Series(counts: Array(repeating: 0, count: bucketCount))])
    }
  }

  func value(_ labels: [String]) -> Double? { series.withLock { $0[labels]?.value } }

  var text: String {
    let lines = series.withLock { $0 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    var text = "# HELP \(metric.name) \(Exposition.escapedHelp(metric.help))\n"
    text += "# TYPE \(metric.name) \(metric.kind.word)\n"
    for (values, series) in lines {
      let labels = Array(zip(metric.labels, values))
      guard case .histogram(let limits) = metric.kind else {
        text += Exposition.line(metric.name, labels, series.value)
        continue
      }
      var count: UInt64 = 0
      for (limit, more) in zip(limits + [.infinity], series.counts) {
        count += more
        text += Exposition.line("\(metric.name)_bucket", labels + [("le", Exposition.number(limit))], Double(count))
      }
      text += Exposition.line("\(metric.name)_sum", labels, series.value)
      text += Exposition.line("\(metric.name)_count", labels, Double(count))
    }
    return text
  }
}
