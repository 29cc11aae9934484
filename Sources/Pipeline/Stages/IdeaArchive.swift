public import Journal
public import PaperModel

/// Every idea that any campaign ever settled on, out of the journals.
public struct IdeaArchive: Sendable {
  private let journal: any Journal
  private let blobs: any BlobStore

  /// An idea and where it stands.
  public struct Entry: Codable, Sendable, Hashable {
    /// The campaign's name.
    public let campaign: String
    /// When the campaign began: microseconds since 1970.
    public let begun: Int64
    /// The idea's number within the campaign, from 1.
    public let ordinal: Int
    public let idea: Idea
  }

  /// The archive of these journals.
  public init(journal: any Journal, blobs: any BlobStore) {
    self.journal = journal
    self.blobs = blobs
  }

  /// All ideas on templates of a name, the oldest campaign first.
  public func entries(template: String) async throws -> [Entry] {
    var found: [Entry] = []
    var last: String?
    while true {
      let streams = try await journal.streams(of: .campaign, after: last, limit: 500)
      guard let end = streams.last else { break }
      for stream in streams { found += try await ideas(of: stream, template: template) }
      last = end.name
    }
    return found.sorted { ($0.begun, $0.campaign, $0.ordinal) < ($1.begun, $1.campaign, $1.ordinal) }
  }

  private func ideas(of stream: StreamID, template: String) async throws -> [Entry] {
    let entries = try await journal.entries(of: stream, from: 0)
    guard case .opened(let opening)? = entries.first?.fact, let begun = entries.first?.atMicroseconds else { return [] }
    let campaign = try await blobs.value(CampaignDefinition.self, of: opening.definition)
    guard campaign.template.name == template else { return [] }
    var batch: BlobReference?
    for entry in entries { if case .stageFinished(.ideate, _, let result, _) = entry.fact { batch = result } }
    guard let batch else { return [] }
    return try await blobs.value(IdeaBatch.self, of: batch).ideas.enumerated().map {
      Entry(campaign: stream.name, begun: begun, ordinal: $0 + 1, idea: $1)
    }
  }
}
