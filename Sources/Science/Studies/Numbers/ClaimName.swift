/// The names by which a sweep's papers refer to numbers. A name says all that is needed to compute the number again.
package enum ClaimName: Hashable, Sendable {
  /// What of a value's seeds.
  package enum Statistic: String, CaseIterable, Sendable {
    case mean, low, high
    case standardDeviation = "sd"
  }

  /// What of a difference to the baseline.
  package enum Difference: String, CaseIterable, Sendable {
    case estimate, low, high
  }

  /// `value.2`: a value of the setting; 0 is the baseline's.
  case value(Int)
  /// `setting.learning_rate`: the value of a setting in the source.
  case setting(String)
  /// `run_1.steps_to_99.mean`
  case statistic(Int, metric: String, Statistic)
  /// `run_1.steps_to_99.seed_0`
  case seed(Int, metric: String, Int)
  /// `run_1.difference.low`, of the primary metric.
  case difference(Int, Difference)
  /// `study.level`: the level of one comparison, in percent.
  case level
  /// `study.seeds`: the fewest seeds of a value.
  case seeds
  /// `study.bound`: the largest distance from zero that the intervals of values without an effect reach.
  case bound
  /// `study.lowest` and `study.highest`: of the means.
  case lowest, highest

  /// The name in the paper.
  package var text: String {
    switch self {
    case .value(let arm): "value.\(arm)"
    case .setting(let name): "setting.\(name)"
    case .statistic(let arm, let metric, let what): "run_\(arm).\(metric).\(what.rawValue)"
    case .seed(let arm, let metric, let seed): "run_\(arm).\(metric).seed_\(seed)"
    case .difference(let arm, let what): "run_\(arm).difference.\(what.rawValue)"
    case .level: "study.level"
    case .seeds: "study.seeds"
    case .bound: "study.bound"
    case .lowest: "study.lowest"
    case .highest: "study.highest"
    }
  }

  /// Reads a name; nil for anything else.
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
      guard let arm = Int(rest) else { return nil }
      self = .value(arm)
    case "setting": self = .setting(String(rest))
    default:
      guard head.hasPrefix("run_"), let arm = Int(head.dropFirst(4)), let end = rest.lastIndex(of: ".") else {
        return nil
      }
      let metric = String(rest[..<end])
      let what = String(rest[rest.index(after: end)...])
      if metric == "difference", let difference = Difference(rawValue: what) {
        self = .difference(arm, difference)
      } else if let statistic = Statistic(rawValue: what) {
        self = .statistic(arm, metric: metric, statistic)
      } else if what.hasPrefix("seed_"), let seed = Int(what.dropFirst(5)) {
        self = .seed(arm, metric: metric, seed)
      } else {
        return nil
      }
    }
  }
}
