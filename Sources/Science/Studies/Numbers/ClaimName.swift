/// The names by which a study's papers refer to numbers; each determines its number. Metrics and settings are referred
/// to by index, because their names may have any characters.
package enum ClaimName: Hashable, Sendable {
  /// A statistic over a value's seeds.
  package enum Statistic: String, CaseIterable, Sendable {
    case mean, low, high
    case standardDeviation = "sd"
  }

  /// A part of a difference to the baseline.
  package enum Difference: String, CaseIterable, Sendable {
    case estimate, low, high
  }

  /// `value.2`: a value of the setting; 0 is the baseline's.
  case value(Int)
  /// `setting.3`: the value of a setting in the source.
  case setting(Int)
  /// `run_1.metric_0.mean`; metric 0 is the primary one.
  case statistic(Int, metric: Int, Statistic)
  /// `run_1.metric_0.seed_2`
  case seed(Int, metric: Int, Int)
  /// `run_1.difference.low`, of the primary metric.
  case difference(Int, Difference)
  /// `study.level`: the level of one comparison, in percent.
  case level
  /// `study.seeds`: the fewest seeds of a value.
  case seeds
  /// `study.bound`: the largest distance from zero that the intervals of values without an effect reach.
  case bound
  /// `study.lowest` and `study.highest`: the lowest and highest mean.
  case lowest, highest

  /// The name in the paper.
  package var text: String {
    switch self {
    case .value(let arm): "value.\(arm)"
    case .setting(let setting): "setting.\(setting)"
    case .statistic(let arm, let metric, let what): "run_\(arm).metric_\(metric).\(what.rawValue)"
    case .seed(let arm, let metric, let seed): "run_\(arm).metric_\(metric).seed_\(seed)"
    case .difference(let arm, let what): "run_\(arm).difference.\(what.rawValue)"
    case .level: "study.level"
    case .seeds: "study.seeds"
    case .bound: "study.bound"
    case .lowest: "study.lowest"
    case .highest: "study.highest"
    }
  }

  /// Reads a name; nil for any other text.
  package init?(_ text: String) {
    let fixed: [ClaimName] = [.level, .seeds, .bound, .lowest, .highest]
    if let match = fixed.first(where: { $0.text == text }) {
      self = match
      return
    }
    guard let dot = text.firstIndex(of: ".") else { return nil }
    let head = text[..<dot]
    let rest = text[text.index(after: dot)...]
    switch head {
    case "value":
      guard let arm = Self.index(rest) else { return nil }
      self = .value(arm)
    case "setting":
      guard let setting = Self.index(rest) else { return nil }
      self = .setting(setting)
    default:
      guard let arm = Self.index(head, after: "run_"), let end = rest.lastIndex(of: ".") else { return nil }
      let what = String(rest[rest.index(after: end)...])
      if rest[..<end] == "difference", let difference = Difference(rawValue: what) {
        self = .difference(arm, difference)
        return
      }
      guard let metric = Self.index(rest[..<end], after: "metric_") else { return nil }
      if let statistic = Statistic(rawValue: what) {
        self = .statistic(arm, metric: metric, statistic)
      } else if let seed = Self.index(what[...], after: "seed_") {
        self = .seed(arm, metric: metric, seed)
      } else {
        return nil
      }
    }
  }

  private static func index(_ text: Substring, after prefix: String = "") -> Int? {
    let digits = text.dropFirst(prefix.count)
    guard text.hasPrefix(prefix), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(digits)
  }
}
