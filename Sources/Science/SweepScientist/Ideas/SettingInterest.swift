internal import ExperimentTemplates

/// Ranks settings by how promising they are as the subject of a study.
enum SettingInterest {
  /// The settings worth a study, the most promising first; those without effect according to the source's comments come
  /// last. If the source describes some settings, the undescribed ones are left out.
  static func ranked(_ settings: [ScriptReading.Setting]) -> [ScriptReading.Setting] {
    let usable = settings.filter(\.canBeStudied)
    let described = usable.filter { !$0.words.isEmpty || !$0.choices.isEmpty }
    let candidates = described.isEmpty ? usable : described
    let idle = Set(candidates.filter { isIdle($0, among: settings) }.map(\.name))
    return candidates.enumerated()
      .map { (place: $0, setting: $1, rank: rank($1, isIdle: idle.contains($1.name))) }
      .sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }
      .map(\.setting)
  }

  /// Whether a setting is studied only if there is no better one.
  static func isLastResort(_ setting: ScriptReading.Setting, among settings: [ScriptReading.Setting]) -> Bool {
    isBudget(setting.name) || isIdle(setting, among: settings)
  }

  /// Whether a setting controls how much is computed; varying it compares unequal budgets.
  static func isBudget(_ name: String) -> Bool {
    let name = name.lowercased()
    guard !name.contains("warmup"), !name.contains("timestep"), !name.contains("diffusion") else { return false }
    let words: Set<String> = ["steps", "epochs", "iters", "iterations", "step", "epoch"]
    return name.split(separator: "_").contains { words.contains(String($0)) }
  }

  /// Whether the description ties a setting to a choice that is not in force, e.g. heads of a transformer in a
  /// perceptron.
  private static func isIdle(_ setting: ScriptReading.Setting, among settings: [ScriptReading.Setting]) -> Bool {
    guard !setting.words.isEmpty else { return false }
    let others = settings.filter { $0.kind == .text && $0.choices.count > 1 && $0.name != setting.name }
    let absent = others.flatMap { other in other.choices.filter { !other.value.contains($0) && $0.count > 3 } }
    return setting.words.lowercased().split(separator: ",").allSatisfy { part in
      absent.contains { part.contains($0.lowercased()) }
    }
  }

  private static func rank(_ setting: ScriptReading.Setting, isIdle: Bool) -> Int {
    if isBudget(setting.name) { return 90 }
    if isIdle { return 80 }
    let name = setting.name.lowercased()
    let order = [
      ["weight_decay", "wd"], ["fraction", "frac", "share"], ["learning_rate", "lr"], ["init"], ["schedule", "noise"],
      ["hidden_width", "width", "hidden", "n_embd", "dim"], ["dropout"], ["operation", "task"],
      ["temperature", "smoothing"], ["layer", "depth"], ["batch"], ["modulus"], ["momentum", "beta"], ["warmup"],
    ]
    if let place = order.firstIndex(where: { $0.contains { name.contains($0) } }) { return place * 2 }
    return setting.words.isEmpty ? 70 : 40
  }
}
