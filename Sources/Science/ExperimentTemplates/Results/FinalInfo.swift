/// The results of an experiment, `final_info.json`, in one form for all shapes of the file.
public struct FinalInfo: Codable, Hashable, Sendable {
  /// One metric on one data set.
  public struct Metric: Codable, Hashable, Sendable {
    /// Its name, without `_mean`; groups are joined by a dot.
    public var name: String
    public var mean: Double
    /// The standard error of the mean, if the file gives it.
    public var standardError: Double?
    /// The standard deviation, if the file gives it.
    public var standardDeviation: Double?
    /// One value for each seed, if the file gives them.
    public var perSeed: [Double]?

    public init(
      name: String, mean: Double, standardError: Double? = nil, standardDeviation: Double? = nil,
      perSeed: [Double]? = nil
    ) {
      self.name = name
      self.mean = mean
      self.standardError = standardError
      self.standardDeviation = standardDeviation
      self.perSeed = perSeed
    }
  }

  /// One data set, or whatever the file's outermost names stand for.
  public struct Dataset: Codable, Hashable, Sendable {
    public var name: String
    /// Its metrics by name.
    public var metrics: [Metric]

    public init(name: String, metrics: [Metric]) {
      self.name = name
      self.metrics = metrics
    }

    /// The metric of a name.
    public subscript(metric: String) -> Metric? { metrics.first { $0.name == metric } }
  }

  /// Why a file is no usable result.
  public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    init(_ reason: String) { description = "final_info.json is not usable: \(reason)." }
  }

  /// The data sets by name.
  public var datasets: [Dataset]
  /// Oddities of the file that do not make it useless, a sentence each.
  public var notes: [String]

  /// The data set of a name.
  public subscript(dataset: String) -> Dataset? { datasets.first { $0.name == dataset } }

  /// The largest file that is read, in bytes.
  public static let limit = 5_000_000

  /// Reads the bytes of a `final_info.json`.
  /// - Throws: `Refusal` that says what makes it unusable.
  public init(parsing bytes: [UInt8]) throws(Refusal) {
    guard bytes.count <= Self.limit else { throw Refusal("it is larger than 5 MB") }
    let parsed: StrictJSON
    do { parsed = try StrictJSON.parse(bytes) } catch { throw Refusal("\(error)") }
    guard case .object(let outer) = parsed, !outer.isEmpty else {
      throw Refusal("it holds no named data sets; \(FinalInfoReader.shape)")
    }
    guard outer.count <= 1000 else { throw Refusal("it holds more than 1,000 data sets") }
    var reader = FinalInfoReader()
    var datasets: [Dataset] = []
    for (name, content) in outer.sorted(by: { $0.key < $1.key }) {
      datasets.append(try reader.dataset(name, content))
    }
    self.datasets = datasets
    notes = reader.notes
  }
}
