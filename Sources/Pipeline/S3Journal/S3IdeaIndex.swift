internal import Journal
public import PaperModel
internal import Synchronization

/// The index of ideas in a bucket: one object for each idea, laid out as `IdeaRows` describes, and who can create it
/// (`If-None-Match: *`) has the study. For any number of machines.
public final class S3IdeaIndex: IdeaIndex {
  /// Objects that are fetched at a time.
  private static let mostAtOnce = 16
  /// Rows never change, so that what was read once need not be fetched again.
  private static let mostKnown = 20_000

  private let bucket: S3Bucket
  private let clock: any WallClock
  private let known = Mutex<[String: IndexedIdea]>([:])

  init(_ bucket: S3Bucket, clock: any WallClock) {
    self.bucket = bucket
    self.clock = clock
  }

  public func reserve(_ idea: IndexedIdea, atMicroseconds: Int64?) async throws -> IndexedIdea {
    var idea = idea
    idea.atMicroseconds = atMicroseconds ?? clock.nowMicroseconds
    let object = "\(folder(idea.key.template, idea.key.subject))\(IdeaRows.name(idea.key.identity))"
    let bytes = try IdeaRows.encode(idea)
    return try await onStore {
      if try await bucket.putIfAbsent(object, bytes) == .written { return idea }
      if let standing = try await row(object) { return standing }
      throw Failure(
        kind: "storeUnavailable", "s3://\(bucket.location.bucket)/\(object) is gone again.",
        advice: "See who removes objects there.", retryability: .transient)
    }
  }

  public func ideas(on template: String, subject: String?, from page: String?, limit: Int) async throws -> IdeaPage {
    let limit = IdeaRows.checked(limit)
    return try await onStore {
      let listed = try await bucket.list(
        prefix: folder(template, subject), after: page.map { bucket.location.key($0) }, most: limit)
      let keys = listed.keys.map(\.key)
      let rows = try await withThrowingTaskGroup(of: IndexedIdea?.self) { group in
        var rows: [IndexedIdea] = []
        for (place, key) in keys.enumerated() {
          if place >= Self.mostAtOnce, let row = try await group.next() { row.map { rows.append($0) } }
          group.addTask { try await self.row(key) }
        }
        return try await group.reduce(into: rows) { rows, row in row.map { rows.append($0) } }
      }
      let root = bucket.location.key("")
      return IdeaPage(
        ideas: rows.sorted { ($0.key.subject, $0.key.identity) < ($1.key.subject, $1.key.identity) },
        next: listed.next == nil ? nil : keys.last.map { String($0.dropFirst(root.count)) })
    }
  }

  public func isComplete() async throws -> Bool {
    try await onStore { try await bucket.info(of: mark) != nil }
  }

  public func markComplete() async throws {
    _ = try await onStore { try await bucket.putIfAbsent(mark, Array("complete\n".utf8)) }
  }

  private var mark: String { bucket.location.key("\(IdeaRows.folder)/\(IdeaRows.mark)") }

  /// What the keys of a template's ideas begin with, of one subject or of all.
  private func folder(_ template: String, _ subject: String?) -> String {
    let all = "\(IdeaRows.folder)/\(IdeaRows.name(template))/"
    return bucket.location.key(subject.map { "\(all)\(IdeaRows.name($0))/" } ?? all)
  }

  private func row(_ key: String) async throws -> IndexedIdea? {
    if let row = known.withLock({ $0[key] }) { return row }
    guard let bytes = try await bucket.get(key, atMost: IdeaRows.mostBytes) else { return nil }
    let row = try IdeaRows.decode(bytes, at: "s3://\(bucket.location.bucket)/\(key)")
    known.withLock { known in
      if known.count >= Self.mostKnown { known = [:] }
      known[key] = row
    }
    return row
  }

  private func onStore<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as S3Error { throw Failure(error) }
  }
}
