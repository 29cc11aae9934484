import FoundationEssentials
import Glibc

/// One figure: a value, and its ratio to the machine's own limit, measured in the same run.
struct Measurement: Codable {
  var name: String
  var value: Double
  var unit: String
  var ratio: Double?
  /// The reference of the ratio.
  var to: String?
  /// The target of the design, as text; nil if there is none.
  var target: String?
  /// The quartiles of repeated runs; nil if there was one run, or for quantiles of samples.
  var low: Double?
  var high: Double?

  enum CodingKeys: String, CodingKey { case name, value, unit, ratio, to, target, low, high }
}

/// Samples, whose quantiles are exact: every sample is kept, so no bucket rounds.
struct Samples {
  private(set) var values: [Double] = []
  private var isSorted = true

  mutating func add(_ value: Double) {
    values.append(value)
    isSorted = false
  }

  /// The value below which a share of the samples lies, by nearest rank.
  mutating func quantile(_ share: Double) -> Double {
    precondition(!values.isEmpty)
    if !isSorted {
      values.sort()
      isSorted = true
    }
    return values[min(values.count - 1, Int((share * Double(values.count)).rounded(.up)) - (share > 0 ? 1 : 0))]
  }
}

/// The median and quartiles of repeated runs.
func repeated(_ runs: Int, _ body: () async throws -> Double) async throws -> (
  median: Double, low: Double, high: Double
) {
  var samples = Samples()
  for _ in 0..<runs { samples.add(try await body()) }
  return (samples.quantile(0.5), samples.quantile(0.25), samples.quantile(0.75))
}

/// Seconds on a monotonic clock.
func seconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

/// A folder of its own, removed afterwards.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("shoal-bench-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try await body(path)
}
