internal import ExperimentTemplates
internal import PaperModel
internal import Roles
internal import Studies
internal import Typesetting

extension PaperDraft {
  /// The settings that a reader needs to repeat the experiment: the described ones, or all if none is described.
  var shownSettings: [ScriptReading.Setting] {
    let own = numbers.settings.filter { !($0.place == .argument && ["out_dir", "scale"].contains($0.name)) }
    let described = own.filter { !$0.words.isEmpty || $0.name == study.setting }
    return Array((described.count > 1 ? described : own).prefix(30))
  }

  var setup: PaperSection {
    PaperSection(
      "Experimental Set-up", name: "setup", role: .background, [.paragraph(conditions), .table(settingsTable)])
  }

  private var conditions: Prose {
    let campaign = material.paper.campaign
    let device = campaign.device == .gpu ? "one GPU" : "a CPU"
    let scale = campaign.scale == .small ? "small" : "full"
    let software: Prose =
      requirements.contains { $0.hasPrefix("jax") }
      ? " The experiment is written in JAX \(cite: "bradbury2018jax")." : ""
    return """
      \(table: "settings") lists the settings of the template \(code: template) with the baseline's values; the \
      setting under study is marked with a dagger.\(software) Every value is run with the same seeds as the baseline \
      (\(Naming.count(analysis.seeds)) of them), at the template's \(scale) scale, on \(device), each run within a \
      time limit of \(String(campaign.timeLimitSeconds)) seconds and without access to a network.
      """
  }

  private var settingsTable: PaperTable {
    let hasWords = shownSettings.contains { !$0.words.isEmpty }
    let rows = shownSettings.compactMap { setting -> [Prose]? in
      guard let index = numbers.settings.firstIndex(where: { $0.name == setting.name }) else { return nil }
      let mark: Prose = setting.name == study.setting ? " †" : ""
      let name: Prose = "\(code: setting.name)\(mark)"
      let cells = [name, number(.setting(index))]
      return hasWords ? cells + [Prose(text: Self.meaning(setting.words).firstCapital)] : cells
    }
    let columns: [PaperTable.Column] = [.init("Setting"), .init("Baseline", .left)]
    return PaperTable(
      name: "settings", caption: "Settings of the experiment. Only the one marked † is changed.",
      columns: hasWords ? columns + [.init("Meaning", .wrapped(width: options.isCompact ? 0.42 : 0.52))] : columns,
      rows: rows)
  }
}
