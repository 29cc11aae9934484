internal import ExperimentTemplates
internal import PaperModel

/// How a study gets at least three seeds for every value.
struct SeedPlan: Hashable, Sendable {
  /// The fewest seeds by which a value is judged.
  static let fewest = 3

  /// One execution of a value: the edits beside the value's own, and the suffix of its folder's name.
  struct Repeat: Hashable, Sendable {
    let edits: [PythonSettings.Edit]
    let suffix: String
    let words: String
  }

  /// The executions of each value.
  let repeats: [Repeat]

  /// One execution if the baseline already reports three seeds; otherwise a change of the settings that name seeds;
  /// otherwise three executions of the same code, which differ only by what the code leaves random.
  init(baseline: FinalInfo?, settings: [ScriptReading.Setting], primary: String?) {
    let reported =
      primary.flatMap { metric in
        baseline?.datasets.first { $0[metric] != nil }?[metric]?.perSeed?.count
      } ?? 0
    if reported >= Self.fewest {
      repeats = [Repeat(edits: [], suffix: "", words: "")]
    } else if let seeds = settings.first(where: { $0.name.lowercased().hasSuffix("seeds") }) {
      let value = seeds.kind == .sequence ? "(0, 1, 2)" : "\(Self.fewest)"
      repeats = [Repeat(edits: [.init(name: seeds.name, value: value)], suffix: "", words: "")]
    } else if let seed = settings.first(where: { Self.isSeed($0) }), let first = Int(seed.value),
      !first.addingReportingOverflow(Self.fewest).overflow
    {
      repeats = (0..<Self.fewest).map { number in
        Repeat(
          edits: [.init(name: seed.name, value: "\(first + number)")],
          suffix: number == 0 ? "" : "_seed_\(first + number)", words: ", \(seed.name) = \(first + number)")
      }
    } else {
      repeats = (0..<Self.fewest).map { number in
        Repeat(edits: [], suffix: number == 0 ? "" : "_again_\(number)", words: ", execution \(number + 1)")
      }
    }
  }

  private static func isSeed(_ setting: ScriptReading.Setting) -> Bool {
    setting.kind == .integer && ["seed", "random_seed", "seed_offset"].contains(setting.name.lowercased())
  }
}
