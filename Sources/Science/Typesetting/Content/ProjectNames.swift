import Literature
import PaperModel

/// The names defined and used in a paper, checked before the compiler runs.
struct ProjectNames {
  /// The keys that the text cites.
  let cited: Set<String>
  /// Figures and tables that the text never refers to, e.g. `figure effect`.
  let unmentioned: [String]

  /// - Throws: `Failure` of kind `unknownName` for a name that is used but not defined; `duplicateName` for one that is
  ///   defined twice; `untypesettable` for content that can't be made into a paper at all.
  init(_ project: LaTeXProject) throws(Failure) {
    try Self.checkShape(project)
    let figures = try Self.distinct("figure", project.figures.map(\.name))
    let tables = try Self.distinct("table", project.tables.map(\.name))
    let sections = try Self.distinct("section", project.allSections.compactMap(\.name))
    _ = try Self.distinct("section heading", project.allSections.map { $0.title.lowercased() }, isName: false)
    let claims = try Self.distinct("number", project.claims.map(\.name))
    var used: [String: Set<String>] = [:]
    func use(_ kind: String, _ name: String, _ known: Bool, _ place: String) throws(Failure) {
      guard known else {
        throw Failure(
          kind: "unknownName", "There is no \(kind) called “\(name.prefix(120))”, which \(place) refers to.")
      }
      used[kind, default: []].insert(name)
    }
    for passage in project.passages {
      for piece in passage.prose.pieces {
        switch piece {
        case .number(let name): try use("number", name, claims.contains(name), passage.place)
        case .figure(let name): try use("figure", name, figures.contains(name), passage.place)
        case .table(let name): try use("table", name, tables.contains(name), passage.place)
        case .section(let name): try use("section", name, sections.contains(name), passage.place)
        case .textualCitation(let key):
          try use("reference", key, project.bibliography[key] != nil, passage.place)
        case .citation(let keys):
          for key in keys { try use("reference", key, project.bibliography[key] != nil, passage.place) }
        default: break
        }
      }
    }
    cited = used["reference"] ?? []
    unmentioned =
      figures.subtracting(used["figure"] ?? []).sorted().map { "figure \($0)" }
      + tables.subtracting(used["table"] ?? []).sorted().map { "table \($0)" }
  }

  private static func distinct(_ kind: String, _ names: [String], isName: Bool = true) throws(Failure) -> Set<String> {
    var seen: Set<String> = []
    for name in names {
      guard !isName || self.isName(name) else {
        throw Failure(
          kind: "untypesettable",
          "A \(kind)'s name “\(name.prefix(120))” is not 1 to 120 ASCII letters, digits, “.”, “_”, “-”, “/” and “:”.")
      }
      guard seen.insert(name).inserted else {
        throw Failure(kind: "duplicateName", "There are two of the \(kind) “\(name.prefix(120))”; give each its own.")
      }
    }
    return seen
  }

  /// Whether a text is a valid name of a number, a figure, a table or a section.
  static func isName(_ text: String) -> Bool {
    (1...120).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789._-/:".unicodeScalars.contains($0))
      }
  }

  private static func checkShape(_ project: LaTeXProject) throws(Failure) {
    func check(_ holds: Bool, _ message: String) throws(Failure) {
      guard holds else { throw Failure(kind: "untypesettable", message) }
    }
    func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
    try check(!isBlank(project.title) && project.title.count <= 300, "The title is empty or over 300 characters.")
    try check((1...50).contains(project.authors.count), "A paper needs 1 to 50 authors.")
    try check(!project.sections.isEmpty, "The paper has no sections.")
    try check(project.allSections.count <= 64, "The paper has more than 64 sections.")
    try check(project.claims.count <= 10_000, "The paper has more than 10,000 claims.")
    try check(project.figures.count <= 32 && project.tables.count <= 64, "The paper has over 32 figures or 64 tables.")
    for section in project.allSections {
      try check(!isBlank(section.title), "A section has no heading.")
      try check(section.blocks.count <= 400, "Section “\(section.title)” has more than 400 blocks.")
    }
    for figure in project.figures {
      try check(
        isName(figure.file) && FileTree.isPath(figure.file)
          && [".pdf", ".png", ".jpg"].contains { figure.file.hasSuffix($0) },
        "The file “\(figure.file)” of figure “\(figure.name)” is no path ending in .pdf, .png or .jpg.")
      try check(figure.width > 0.05 && figure.width <= 1, "Figure “\(figure.name)” is not 0.05 to 1 of the text wide.")
    }
    let files = Dictionary(grouping: project.figures, by: \.file).filter { Set($0.value.map(\.blob)).count > 1 }
    try check(files.isEmpty, "Two figures have the file “\(files.keys.sorted().first ?? "")” with different pictures.")
    for table in project.tables {
      try check((1...20).contains(table.columns.count), "Table “\(table.name)” does not have 1 to 20 columns.")
      try check((1...200).contains(table.rows.count), "Table “\(table.name)” does not have 1 to 200 rows.")
      try check(
        table.rows.allSatisfy { $0.count == table.columns.count },
        "Table “\(table.name)” has a row without exactly \(table.columns.count) cells.")
      for case .wrapped(let width) in table.columns.map(\.alignment) {
        try check(width > 0 && width < 1, "A column of table “\(table.name)” is not between 0 and 1 of the text wide.")
      }
    }
  }
}
