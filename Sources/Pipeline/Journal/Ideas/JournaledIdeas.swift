public import PaperModel

/// The ideas that campaigns settled on, as their journals have them.
public struct JournaledIdeas: Sendable {
  /// Campaigns that are read at a time: a store on the network answers many questions at once.
  private static let readers = 16

  private let journal: any Journal
  private let blobs: any BlobStore

  public init(journal: any Journal, blobs: any BlobStore) {
    self.journal = journal
    self.blobs = blobs
  }

  /// Writes all of them to an index and marks it complete. Existing rows stay; may be repeated.
  /// - Throws: `JournalError` or `Failure` for a campaign that can't be read.
  public func write(to index: any IdeaIndex) async throws {
    // The oldest first: of two on one study the older one holds it.
    for idea in try await all().sorted(by: IndexedIdea.isEarlier) {
      _ = try await index.reserve(idea, atMicroseconds: idea.atMicroseconds)
    }
    try await index.markComplete()
  }

  private func all() async throws -> [IndexedIdea] {
    var found: [IndexedIdea] = []
    var last: String?
    while true {
      let streams = try await journal.streams(of: .campaign, after: last, limit: 500)
      guard let end = streams.last else { return found }
      found += try await withThrowingTaskGroup(of: [IndexedIdea].self) { group in
        var page: [IndexedIdea] = []
        for (place, stream) in streams.enumerated() {
          if place >= Self.readers, let ideas = try await group.next() { page += ideas }
          group.addTask { try await ideas(of: stream) }
        }
        return try await group.reduce(into: page) { $0 += $1 }
      }
      last = end.name
    }
  }

  private func ideas(of stream: StreamID) async throws -> [IndexedIdea] {
    let entries = try await journal.entries(of: stream, from: 0)
    guard case .opened(let opening)? = entries.first?.fact, let begun = entries.first?.atMicroseconds else { return [] }
    var result: BlobReference?
    for entry in entries { if case .stageFinished(.ideate, _, let batch, _) = entry.fact { result = batch } }
    guard let result else { return [] }
    let template = try await blobs.value(CampaignDefinition.self, of: opening.definition).template.name
    return try await blobs.value(IdeaBatch.self, of: result).ideas.enumerated().map {
      IndexedIdea($1, on: template, campaign: stream.name, ordinal: $0 + 1, atMicroseconds: begun)
    }
  }
}
