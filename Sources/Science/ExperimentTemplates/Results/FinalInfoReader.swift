/// Converts the shapes that `final_info.json` has in practice into one.
struct FinalInfoReader {
  typealias Refusal = FinalInfo.Refusal
  private(set) var notes: [String] = []

  /// The form of the file, which docs/reference.md describes too.
  static let shape = #"the file has the form {"DATA SET": {"means": {"METRIC_mean": NUMBER}}}"#

  mutating func dataset(_ name: String, _ content: StrictJSON) throws(Refusal) -> FinalInfo.Dataset {
    guard case .object(let parts) = content else {
      throw Refusal("“\(name)” is not a data set with means; \(Self.shape)")
    }
    guard let means = parts["means"] else { throw Refusal("“\(name)” has no means; \(Self.shape)") }
    if case .number(let mean) = means {
      let deviation = try number(parts["stds"], of: "stds", in: name)
      return .init(name: name, metrics: [.init(name: name, mean: mean, standardDeviation: deviation)])
    }
    let values = try flattened(means, of: "means", in: name, suffix: "_mean")
    guard !values.isEmpty else { throw Refusal("“\(name)” has no means; \(Self.shape)") }
    let errors = try parts["stderrs"].map { part throws(Refusal) in
      try flattened(part, of: "stderrs", in: name, suffix: "_stderr")
    }
    let deviations = try parts["stds"].map { part throws(Refusal) in
      try flattened(part, of: "stds", in: name, suffix: "_std")
    }
    let seeds = perSeed(parts["final_info_dict"], in: name)
    let metrics = values.sorted { $0.key < $1.key }.map { metric, mean in
      FinalInfo.Metric(
        name: metric, mean: mean, standardError: errors?[metric], standardDeviation: deviations?[metric],
        perSeed: seeds[metric])
    }
    for metric in metrics { noteOddities(metric, in: name) }
    return .init(name: name, metrics: metrics)
  }

  private func number(_ value: StrictJSON?, of part: String, in name: String) throws(Refusal) -> Double? {
    switch value {
    case nil, .null: nil
    case .number(let number): number
    default: throw Refusal("\(part) of “\(name)” is not a number")
    }
  }

  /// Numbers by name, those of groups joined by a dot, without the suffix that v1 adds.
  private func flattened(
    _ value: StrictJSON, of part: String, in name: String, suffix: String
  ) throws(Refusal) -> [String: Double] {
    guard case .object(let entries) = value else { throw Refusal("\(part) of “\(name)” is not a set of numbers") }
    var out: [String: Double] = [:]
    for (key, entry) in entries {
      let key = key.hasSuffix(suffix) && key != suffix ? String(key.dropLast(suffix.count)) : key
      switch entry {
      case .number(let number): out[key] = number
      case .null: continue
      case .object:
        for (inner, number) in try flattened(entry, of: part, in: name, suffix: suffix) {
          out["\(key).\(inner)"] = number
        }
      default: throw Refusal("\(part) of “\(name)” has “\(key)”, which is not a number")
      }
    }
    guard out.count <= 10_000 else { throw Refusal("“\(name)” has more than 10,000 metrics") }
    return out
  }

  /// Values of each seed. Anything but lists of numbers is skipped, because v1's files contain other things.
  private mutating func perSeed(_ value: StrictJSON?, in name: String) -> [String: [Double]] {
    guard case .object(let entries) = value else { return [:] }
    var out: [String: [Double]] = [:]
    for (key, entry) in entries {
      guard case .list(let items) = entry, !items.isEmpty, items.count <= 10_000 else { continue }
      let numbers = items.compactMap { if case .number(let number) = $0 { number } else { nil } }
      guard numbers.count == items.count else {
        if !numbers.isEmpty { notes.append("“\(key)” of “\(name)” has seeds without a number; they are not used.") }
        continue
      }
      out[key.hasSuffix("_mean") ? String(key.dropLast(5)) : key] = numbers
    }
    return out
  }

  private mutating func noteOddities(_ metric: FinalInfo.Metric, in name: String) {
    if let error = metric.standardError, error < 0 {
      notes.append("The standard error of “\(metric.name)” of “\(name)” is negative.")
    }
    guard let seeds = metric.perSeed else { return }
    let mean = ScaledMean.of(seeds)
    let scale = max(abs(mean), abs(metric.mean), ScaledMean.scale(of: seeds) * 1e-9)
    if abs(mean / scale - metric.mean / scale) > 1e-3 {
      notes.append("The mean of “\(metric.name)” of “\(name)” is not the mean of its seeds.")
    }
  }
}
