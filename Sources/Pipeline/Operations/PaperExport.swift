public import PaperModel
import PipelineRules

/// A paper as a folder in the layout of earlier tools: code, ideas, notes, runs, figures, LaTeX, PDF, review and costs.
public struct PaperExport: Sendable {
  /// The name of the PDF and of the idea, e.g. `weight_decay_dose`.
  public let name: String
  /// Files that are in the blob store.
  public private(set) var files = FileTree([])
  /// Files that are made for the export, by path.
  public private(set) var made: [String: [UInt8]] = [:]
  /// What a finished paper would have in addition, a sentence each.
  public private(set) var missing: [String] = []

  init(name: String) { self.name = name }

  mutating func add(_ tree: FileTree) { files = files.overlaid(with: tree) }
  mutating func add(_ path: String, _ blob: BlobReference) { add(FileTree([.init(path: path, blob: blob)])) }
  mutating func make(_ path: String, _ bytes: [UInt8]) { made[path] = bytes }
  mutating func miss(_ sentence: String) { missing.append(sentence) }
}

extension Deployment {
  /// A paper's files as far as they exist.
  /// - Throws: `OperationError` if there is no such paper.
  public func export(_ paper: StreamID) async throws -> PaperExport {
    guard let opening = try await opening(of: paper), paper.kind == .paper else {
      throw OperationError("There is no paper “\(paper.name)” here. `shoal status` lists what there is.")
    }
    let definition = try await blobs.value(PaperDefinition.self, of: opening.definition)
    let state = try await state(of: paper)
    var export = PaperExport(name: definition.idea.name)
    export.add(definition.campaign.template.files)
    export.add(definition.baseline.files.below(definition.baseline.folder))
    try await addIdeas(definition, to: &export)
    try await addRuns(state, to: &export)
    try await addPaper(state, to: &export)
    return export
  }

  private func addIdeas(_ definition: PaperDefinition, to export: inout PaperExport) async throws {
    let campaign = StreamID(.campaign, definition.campaign.name)
    var ideas = [definition.idea]
    if let campaign, let reference = try await state(of: campaign).result {
      ideas = try await blobs.value(IdeaBatch.self, of: reference).ideas
    }
    export.make("ideas.json", try CanonicalJSON.encode(ideas.map(ExportedIdea.init)))
  }

  private func addRuns(_ state: StreamState, to export: inout PaperExport) async throws {
    guard let reference = state.results[.design] else {
      export.miss("The experiments are not finished, so their runs and notes are missing.")
      return
    }
    let record = try await blobs.value(ExperimentRecord.self, of: reference)
    for entry in record.entries {
      export.add(entry.result.files.below(entry.result.folder))
      if let code = entry.result.code["experiment.py"] { export.add("\(entry.result.folder).py", code) }
      if let problem = entry.result.problem { export.miss("\(entry.result.folder) has no usable result: \(problem)") }
    }
    var notes = record.notes
    if let reference = state.results[.plot] {
      let figures = try await blobs.value(FigureSet.self, of: reference)
      notes += "\n" + figures.notes
      for figure in figures.figures { export.add(figure.file, figure.blob) }
      for file in figures.code.files where export.files[file.path] == nil { export.add(file.path, file.blob) }
    } else {
      export.miss("The figures are not drawn yet.")
    }
    export.make("notes.txt", [UInt8](notes.utf8))
  }

  private func addPaper(_ state: StreamState, to export: inout PaperExport) async throws {
    var manuscript: Manuscript?
    var review: Review?
    if let reference = state.result {
      let revision = try await blobs.value(Revision.self, of: reference)
      (manuscript, review) = (revision.manuscript, revision.review)
    } else {
      if let reference = state.results[.write] { manuscript = try await blobs.value(Manuscript.self, of: reference) }
      if let reference = state.results[.review] { review = try await blobs.value(Review.self, of: reference) }
      export.miss("The revision is not finished; these files are the version before it.")
    }
    if let manuscript {
      export.add(manuscript.source.below("latex"))
      if let main = manuscript.source["paper.tex"] { export.add("latex/template.tex", main) }
      export.add("\(export.name).pdf", manuscript.pdf)
    } else {
      export.miss("The paper is not written yet: there is no LaTeX and no PDF.")
    }
    if let review {
      let text = try CanonicalJSON.encode(review)
      for path in ["review.txt", "review.json"] { export.make(path, text) }
    } else {
      export.miss("The paper is not reviewed yet.")
    }
  }
}

/// An idea in the fields that earlier tools read.
private struct ExportedIdea: Encodable {
  let name: String
  let title: String
  let experiment: String
  let interestingness: Int
  let feasibility: Int
  let novelty: Int
  let novel = true

  enum CodingKeys: String, CodingKey {
    case name = "Name"
    case title = "Title"
    case experiment = "Experiment"
    case interestingness = "Interestingness"
    case feasibility = "Feasibility"
    case novelty = "Novelty"
    case novel
  }

  init(_ idea: Idea) {
    name = idea.name
    title = idea.title
    experiment = idea.experiment
    interestingness = idea.interestingness
    feasibility = idea.feasibility
    novelty = idea.novelty
  }
}
