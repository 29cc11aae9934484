internal import Journal
public import PaperModel

/// The index of ideas on a folder: one file for each idea, laid out as `IdeaRows` describes; the process that creates
/// the file has the study. For several processes, and for machines that share a file system with hard links.
public struct FolderIdeaIndex: IdeaIndex {
  private let folder: String
  private let clock: any WallClock
  private let threads = FileThreads(count: 4)

  /// - Parameter folder: the store's folder; missing parts below it are made with the first reservation.
  public init(folder: String, clock: any WallClock = MachineClock()) {
    self.folder = folder
    self.clock = clock
  }

  public func reserve(_ idea: IndexedIdea, atMicroseconds: Int64?) async throws -> IndexedIdea {
    var idea = idea
    idea.atMicroseconds = atMicroseconds ?? clock.nowMicroseconds
    let bytes = try IdeaRows.encode(idea)
    return try await onFiles { [idea, folder] in
      let ideas = try Folder(root: folder).creating(IdeaRows.folder)
      let template = try ideas.creating(IdeaRows.name(idea.key.template))
      let subject = try template.creating(IdeaRows.name(idea.key.subject))
      let name = IdeaRows.name(idea.key.identity)
      if let standing = try Self.row(name, in: subject) { return standing }
      let file = try subject.writeTemporary(bytes, for: name)
      defer { subject.remove(file) }
      let isOwn = try subject.linkIfAbsent(file, of: subject, as: name)
      // Even if another campaign has it: its name must be durable before a decision depends on it.
      try subject.synchronize()
      if isOwn { return idea }
      return try Self.row(name, in: subject) ?? idea
    }
  }

  public func ideas(on template: String, subject: String?, from page: String?, limit: Int) async throws -> IdeaPage {
    try await onFiles { [folder] in
      let ideas = try Folder(root: folder).existing(IdeaRows.folder)
      guard let template = try ideas?.existing(IdeaRows.name(template)) else { return IdeaPage(ideas: [], next: nil) }
      let subjects = try subject.map { [IdeaRows.name($0)] } ?? template.names()
      var places: [String] = []
      for subject in subjects {
        places += try template.existing(subject)?.names().map { "\(subject)/\($0)" } ?? []
      }
      let (names, next) = IdeaRows.page(places, after: page, limit: limit)
      let rows = try names.compactMap { place in
        let parts = place.split(separator: "/").map(String.init)
        return try Self.row(parts[1], in: try template.require(parts[0]))
      }
      return IdeaPage(ideas: rows, next: next)
    }
  }

  public func isComplete() async throws -> Bool {
    try await onFiles { [folder] in
      try Folder(root: folder).existing(IdeaRows.folder)?.size(of: IdeaRows.mark) != nil
    }
  }

  public func markComplete() async throws {
    try await onFiles { [folder] in
      let ideas = try Folder(root: folder).creating(IdeaRows.folder)
      try ideas.rename(try ideas.writeTemporary([], for: IdeaRows.mark), to: IdeaRows.mark)
    }
  }

  private static func row(_ name: String, in subject: borrowing Folder) throws -> IndexedIdea? {
    guard try subject.size(of: name) != nil else { return nil }
    let bytes = try subject.read(name, atMost: IdeaRows.mostBytes) ?? []
    return try IdeaRows.decode(bytes, at: "\(subject.path)/\(name)")
  }

  private func onFiles<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    do { return try await threads.run(body) } catch let problem as FileProblem {
      if problem.isOfMachine { throw Failure.ofMachine(problem.sentence) }
      throw Failure(kind: "storeUnavailable", problem.sentence, retryability: .transient)
    }
  }
}
