public import PaperModel

/// An index of ideas that also has those of journals from before there was an index: it reads them once, before its
/// first use, and leaves a mark in the store.
public actor CompleteIdeaIndex: IdeaIndex {
  private let index: any IdeaIndex
  private let journal: any Journal
  private let blobs: any BlobStore
  private var isKnownComplete = false
  private var building: Task<Void, any Error>?

  public init(_ index: any IdeaIndex, journal: any Journal, blobs: any BlobStore) {
    self.index = index
    self.journal = journal
    self.blobs = blobs
  }

  public func reserve(_ idea: IndexedIdea, atMicroseconds: Int64?) async throws -> IndexedIdea {
    try await complete()
    return try await index.reserve(idea, atMicroseconds: atMicroseconds)
  }

  public func ideas(on template: String, subject: String?, from page: String?, limit: Int) async throws -> IdeaPage {
    try await complete()
    return try await index.ideas(on: template, subject: subject, from: page, limit: limit)
  }

  public func isComplete() async throws -> Bool { try await index.isComplete() }

  public func markComplete() async throws { try await index.markComplete() }

  /// Reads the journals if the store has no mark. Concurrent callers share one reading.
  private func complete() async throws {
    if isKnownComplete { return }
    let task =
      building
      ?? Task { [index, journal, blobs] in
        if try await index.isComplete() { return }
        try await JournaledIdeas(journal: journal, blobs: blobs).write(to: index)
      }
    building = task
    do { try await task.value } catch {
      building = nil
      throw error
    }
    isKnownComplete = true
    building = nil
  }
}
