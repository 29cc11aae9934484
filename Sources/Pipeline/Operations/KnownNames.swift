import Journal
public import PaperModel

extension Deployment {
  /// The names of streams of some kinds that begin with a text, for completion: at most `most` of each kind, by name.
  /// Runs are left out until a paper is named, for there are many.
  public func names(of kinds: Set<StreamID.Kind>, beginning text: String, most: Int = 200) async throws -> [String] {
    var names: [String] = []
    for kind in StreamID.Kind.allCases where kinds.contains(kind) {
      guard kind != .run || text.contains(".") else { continue }
      // Names after the text do not include the text itself.
      if let stream = StreamID(kind, text), try await !journal.entries(of: stream, from: 0).isEmpty {
        names.append(text)
      }
      let page = try await journal.streams(of: kind, after: text, limit: most)
      names += page.map(\.name).filter { $0.hasPrefix(text) }
    }
    return names
  }
}
