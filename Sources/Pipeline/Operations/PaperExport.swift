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

  /// The stage that made each file; nil for those of the template.
  public private(set) var stages: [String: Stage] = [:]

  mutating func add(_ tree: FileTree, of stage: Stage?) {
    files = files.overlaid(with: tree)
    for file in tree.files { stages[file.path] = stage }
  }
  mutating func add(_ path: String, _ blob: BlobReference, of stage: Stage?) {
    add(FileTree([.init(path: path, blob: blob)]), of: stage)
  }
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
    export.add(definition.campaign.template.files, of: nil)
    export.add(definition.baseline.files.below(definition.baseline.folder), of: .ideate)
    try await addIdeas(definition, to: &export)
    try await addRuns(state, to: &export)
    try await addPaper(state, to: &export)
    return export
  }

  /// The bytes of a file of an export.
  /// - Throws: `OperationError` that names the stage whose file can't be read.
  public func bytes(of file: FileTree.File, in export: PaperExport) async throws -> [UInt8] {
    do { return try await blobs.bytes(of: file.blob) } catch let error as CancellationError { throw error } catch {
      let source = export.stages[file.path].map { "a file of the stage \($0.rawValue)" } ?? "a file of the template"
      throw OperationError("\(file.path), \(source), can't be read: \(error)")
    }
  }

  private func value<Value: Decodable>(
    _ type: Value.Type, _ reference: BlobReference, of stage: Stage
  ) async throws -> Value {
    do { return try await blobs.value(type, of: reference) } catch let error as CancellationError { throw error } catch
    {
      throw OperationError("The result of the stage \(stage.rawValue) can't be read: \(error)")
    }
  }

  private func addIdeas(_ definition: PaperDefinition, to export: inout PaperExport) async throws {
    let campaign = StreamID(.campaign, definition.campaign.name)
    var ideas = [definition.idea]
    if let campaign, let reference = try await state(of: campaign).result {
      ideas = try await value(IdeaBatch.self, reference, of: .ideate).ideas
    }
    export.make("ideas.json", try CanonicalJSON.encode(ideas.map(ExportedIdea.init)))
  }

  private func addRuns(_ state: StreamState, to export: inout PaperExport) async throws {
    guard let reference = state.results[.design] else {
      export.miss("The experiments are not finished, so their runs and notes are missing.")
      return
    }
    let record = try await value(ExperimentRecord.self, reference, of: .design)
    for entry in record.entries {
      export.add(entry.result.files.below(entry.result.folder), of: .run)
      if let code = entry.result.code["experiment.py"] { export.add("\(entry.result.folder).py", code, of: .design) }
      if let problem = entry.result.problem { export.miss("\(entry.result.folder) has no usable result: \(problem)") }
    }
    var notes = record.notes
    if let reference = state.results[.plot] {
      let figures = try await value(FigureSet.self, reference, of: .plot)
      notes += "\n" + figures.notes
      for figure in figures.figures { export.add(figure.file, figure.blob, of: .plot) }
      for file in figures.code.files where export.files[file.path] == nil {
        export.add(file.path, file.blob, of: .plot)
      }
    } else {
      export.miss("The figures are not drawn yet.")
    }
    export.make("notes.txt", [UInt8](notes.utf8))
  }

  private func addPaper(_ state: StreamState, to export: inout PaperExport) async throws {
    var manuscript: Manuscript?
    var review: Review?
    if let reference = state.result {
      let revision = try await value(Revision.self, reference, of: .revise)
      (manuscript, review) = (revision.manuscript, revision.review)
    } else {
      if let reference = state.results[.write] { manuscript = try await value(Manuscript.self, reference, of: .write) }
      if let reference = state.results[.review] { review = try await value(Review.self, reference, of: .review) }
      export.miss("The revision is not finished; these files are the version before it.")
    }
    let stage = state.result == nil ? Stage.write : .revise
    if let manuscript {
      export.add(manuscript.source.below("latex"), of: stage)
      if let main = manuscript.source["paper.tex"] { export.add("latex/template.tex", main, of: stage) }
      export.add("\(export.name).pdf", manuscript.pdf, of: stage)
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
