/// Chooses the values of a setting that a study compares. Every setting has a finite list of studies, in a fixed order.
package enum StudyValues {
  /// The most values that a study has beside the baseline's.
  package static let mostValues = 3

  /// The studies of a setting: each is the values beside the baseline's, as Python writes them, in ascending order.
  package static func studies(of setting: ScriptReading.Setting) -> [[String]] {
    let candidates: [[String]]
    switch setting.kind {
    case .integer: candidates = integers(setting)
    case .number: candidates = numbers(setting)
    case .text: candidates = texts(setting)
    case .boolean: candidates = [[setting.value == "True" ? "False" : "True"]]
    case .sequence: candidates = []
    }
    var seen: Set<[String]> = []
    return candidates.filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  private static let factors: [[Double]] = [
    [0.25, 0.5, 2], [0.1, 3], [0.75, 1.5, 4], [0.6, 1.25], [0.05, 0.2, 5], [0.3, 0.7, 1.4], [0.15, 0.8, 8],
  ]

  private static func integers(_ setting: ScriptReading.Setting) -> [[String]] {
    guard let baseline = Int(setting.value.filter { $0 != "_" }), abs(Double(baseline)) < 1e15 else { return [] }
    let lists: [[Int]]
    if baseline <= 0 {
      lists = setting.name.contains("batch") ? [[32, 128], [64, 256], [16, 512]] : [[1, 2], [4, 8], [3, 16]]
    } else if baseline <= 4 {
      lists = [[baseline + 1, baseline + 2], [baseline - 1, baseline + 3], [2 * baseline, 3 * baseline]]
        .map { $0.filter { $0 >= 1 } }
    } else if baseline >= 8, baseline & (baseline - 1) == 0 {
      lists = [
        [baseline / 4, baseline / 2, baseline * 2], [baseline / 8, baseline * 4], [baseline / 2, baseline * 8],
      ]
    } else {
      lists = factors.map { $0.map { Int(leading(Double(baseline) * $0, digits: 2)) } }
    }
    let canBeOff = meansNothingAtZero(setting.name) && baseline > 0
    return (canBeOff ? [[0, baseline * 4]] + lists : lists).map { list in
      Set(list).subtracting([baseline]).filter { $0 >= 0 }.sorted().map(String.init)
    }
  }

  private static func numbers(_ setting: ScriptReading.Setting) -> [[String]] {
    guard let baseline = Double(setting.value.filter { $0 != "_" }), baseline.isFinite else { return [] }
    let lists: [[Double]]
    if baseline == 0 {
      lists = [[0.01, 0.1], [0.03, 0.3], [0.001, 1]]
    } else if baseline > 0, baseline < 1, isShare(setting) {
      lists = shares(baseline)
    } else {
      lists = factors.map { $0.map { baseline * $0 } }
    }
    let canBeOff = meansNothingAtZero(setting.name) && baseline > 0
    return (canBeOff ? [[0, baseline / 2, baseline * 2]] + lists : lists).map { list in
      let values = Set(list.map { leading($0, digits: 2) }).filter { $0 != baseline && $0.isFinite }
      let inside = isShare(setting) && baseline < 1 ? values.filter { $0 >= 0 && $0 < 1 } : values
      return inside.sorted().map(spelled)
    }
  }

  /// Values between 0 and 1: near 1 their distance to 1 is varied, elsewhere the distance to either end.
  private static func shares(_ baseline: Double) -> [[Double]] {
    if baseline >= 0.85 {
      let rest = 1 - baseline
      return [[5, 2.5, 0.5], [10, 0.2], [4, 1.5, 0.1], [0.4, 0.6]].map { $0.map { 1 - rest * $0 }.filter { $0 > 0 } }
    }
    let up = 1 - baseline
    return [
      [baseline * 2 / 3, baseline * 5 / 6, baseline + up / 4], [baseline * 0.9, baseline + up / 2],
      [baseline / 2, baseline + up * 0.7], [baseline * 0.75, baseline * 0.95, baseline + up * 0.125],
      [baseline / 3, baseline + up * 0.6],
    ]
  }

  private static func texts(_ setting: ScriptReading.Setting) -> [[String]] {
    // A text may have letters before its quotes, and three quotes: r"add" is the choice "add".
    let quoted = setting.value.drop { $0.isLetter }
    let quote: Character = quoted.first == "'" ? "'" : "\""
    let width = quoted.count >= 6 && quoted.prefix(3).allSatisfy { $0 == quote } ? 3 : 1
    let baseline = quoted.dropFirst(width).dropLast(width)
    let others = setting.choices.filter { choice in
      choice != baseline && !choice.contains { $0 == quote || $0 == "\\" || $0.isNewline }
    }
    guard !others.isEmpty else { return [] }
    return stride(from: 0, to: others.count, by: 3).map { start in
      others[start..<min(start + 3, others.count)].map { "\(quote)\($0)\(quote)" }
    }
  }

  private static func isShare(_ setting: ScriptReading.Setting) -> Bool {
    let text = "\(setting.name) \(setting.words)".lowercased()
    guard !text.contains("learning rate"), !setting.name.hasPrefix("lr") else { return false }
    return ["frac", "share", "ratio", "prob", "beta", "momentum", "dropout", "decay rate", "proportion"].contains {
      text.contains($0)
    }
  }

  /// Whether a value of zero switches off what the setting controls.
  package static func meansNothingAtZero(_ name: String) -> Bool {
    ["weight_decay", "dropout", "warmup", "momentum", "smoothing"].contains { name.lowercased().contains($0) }
  }

  /// A number cut to its leading decimal digits: 0.0333 becomes 0.033.
  static func leading(_ value: Double, digits: Int) -> Double {
    guard value != 0 else { return 0 }
    // Beyond these, powers of ten overflow.
    guard abs(value) < 1e300, abs(value) > 1e-300 else { return value }
    var scale = 1.0
    while abs(value) * scale < 1 { scale *= 10 }
    while abs(value) * scale >= 10 { scale /= 10 }
    for _ in 1..<digits { scale *= 10 }
    let whole = (value * scale).rounded()
    // By its decimal spelling, so that 0.3 is 0.3 and not 0.30000000000000004.
    return Double(decimal(whole, dividedBy: scale)) ?? whole / scale
  }

  private static func decimal(_ whole: Double, dividedBy scale: Double) -> String {
    var exponent = 0
    var rest = scale
    while rest > 1.5 {
      rest /= 10
      exponent -= 1
    }
    while rest < 0.5 {
      rest *= 10
      exponent += 1
    }
    return "\(Int(whole))e\(exponent)"
  }

  private static func spelled(_ value: Double) -> String { "\(value)" }
}
