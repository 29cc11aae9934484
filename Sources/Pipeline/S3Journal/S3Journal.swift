public import Journal
public import PaperModel
internal import WireFormat

/// A journal in a bucket, for any number of machines: entry 7 of `paper/x` is the object
/// `PREFIX/journal/paper/x!/000000000007`, and the writer that creates it (`If-None-Match: *`) owns the number.
///
/// A heartbeat is the object `PREFIX/workers/NAME.beat`; its age is measured by the store's own clock, to the second.
/// The `!` sorts below every character of a name, so the store lists streams in the order of their names.
public struct S3Journal: Journal {
  private let bucket: S3Bucket
  private let clock: any WallClock
  private let ends = KnownEnds()
  private let recent = RecentEntries()
  private let age: HeartbeatAge?

  init(_ bucket: S3Bucket, clock: any WallClock, age: HeartbeatAge? = nil) {
    self.bucket = bucket
    self.clock = clock
    self.age = age
  }

  /// Appends with one request if this journal has seen the entry before, else with two.
  public func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool {
    if let refusal = JournalError.refusal(of: number, to: stream, end: .max) { throw refusal }
    let entry = JournalEntry(number: number, atMicroseconds: clock.nowMicroseconds, fact: fact)
    let bytes = WireFormat.encode(entry)
    return try await onStore {
      let objects = EntryObjects(stream, in: bucket)
      if number != ends[stream] {
        let end = try await objects.checkedEnd(near: number)
        ends.raise(stream, to: end)
        if let refusal = JournalError.refusal(of: number, to: stream, end: end) { throw refusal }
        if number < end { return false }
      }
      let put = try await objects.put(bytes, at: number)
      ends.raise(stream, to: number + 1)
      if put == .written { recent.add([entry], of: stream) }
      return put == .written
    }
  }

  /// Reads entries with one request to list them and one for each entry, several at a time. Entries that this journal
  /// has appended or read are cached.
  public func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    try await recent.entries(of: stream, from: number) { first, _ in
      let read = try await onStore { try await EntryObjects(stream, in: bucket).read(from: first) }
      if let last = read.last { ends.raise(stream, to: last.number + 1) }
      return read
    }
  }

  public func streams(of kind: StreamID.Kind, after name: String?, limit: Int) async throws -> [StreamID] {
    guard limit > 0 else { return [] }
    return try await onStore {
      let folder = bucket.location.key("journal/\(kind.rawValue)/")
      // `0` sorts right above `/`, and so after all entries of this name.
      let after = name.map { "\(folder)\($0)!0" }
      var found: [StreamID] = []
      var next: String?
      repeat {
        let page = try await bucket.list(
          prefix: folder, after: after, delimiter: "/", from: next, most: min(1000, limit - found.count))
        if let stranger = page.keys.first { throw Self.stranger(stranger.key) }
        for prefix in page.prefixes {
          guard prefix.hasSuffix("!/"), let stream = StreamID(kind, String(prefix.dropFirst(folder.count).dropLast(2)))
          else { throw Self.stranger(prefix) }
          found.append(stream)
        }
        next = page.next
      } while next != nil && found.count < limit
      return found
    }
  }

  /// Writes the worker's heartbeat object.
  public func beat(_ worker: WorkerID) async throws {
    let key = try beatKey(of: worker)
    try await onStore { try await bucket.put(key, Array(worker.name.utf8)) }
    age?.begin(key)
  }

  /// Removes the worker's heartbeat object, and those that are forgotten.
  public func sayGoodbye(_ worker: WorkerID) async throws {
    let key = try beatKey(of: worker)
    try await onStore {
      try await bucket.remove(key)
      for mark in try await marks() where Heartbeat.isForgotten(beatAt: mark.beat, now: mark.now) {
        try await bucket.remove(mark.key)
      }
    }
  }

  /// Alive while the heartbeat is fresh; a killed worker counts as gone once it is stale.
  public func liveness(of worker: WorkerID) async throws -> Liveness {
    let key = try beatKey(of: worker)
    return try await onStore {
      guard let info = try await bucket.info(of: key) else { return .gone }
      let (beat, now) = try times(key, info.lastModified, info.now)
      return Heartbeat.liveness(beatAt: beat, now: now)
    }
  }

  public func living() async throws -> [WorkerID] {
    try await onStore {
      let folder = bucket.location.key("workers/")
      return try await marks().filter { Heartbeat.liveness(beatAt: $0.beat, now: $0.now) == .alive }
        .compactMap { WorkerID(fileName: $0.key.dropFirst(folder.count).dropLast(Self.suffix.count)) }
        .sorted { $0.name < $1.name }
    }
  }

  /// A heartbeat object: when it was written, and the time to hold that against, both in microseconds since 1970.
  private struct Mark {
    let key: String
    let beat: Int64
    let now: Int64
  }

  /// All heartbeat objects, with one request for a thousand.
  private func marks() async throws -> [Mark] {
    var marks: [Mark] = []
    var next: String?
    repeat {
      let page = try await bucket.list(prefix: bucket.location.key("workers/"), from: next)
      for listed in page.keys where listed.key.hasSuffix(Self.suffix) {
        let (beat, now) = try times(listed.key, listed.lastModified, page.now)
        marks.append(Mark(key: listed.key, beat: beat, now: now))
      }
      next = page.next
    } while next != nil
    return marks
  }

  /// When a heartbeat was written, and the time to hold it against, both in microseconds since 1970.
  private func times(
    _ key: String, _ beat: CivilTime?, _ now: CivilTime?
  ) throws(S3Error) -> (beat: Int64, now: Int64) {
    guard let beat, let now else {
      throw S3Error(
        .unsuitable, "\(bucket.location): the store does not say when \(key) was written; use another store.")
    }
    return (beat.seconds * 1_000_000, (now.seconds + (age?.seconds(of: key) ?? 0)) * 1_000_000)
  }

  private static let suffix = ".beat"

  private func beatKey(of worker: WorkerID) throws(JournalError) -> String {
    if let name = worker.fileName { return bucket.location.key("workers/\(name)\(Self.suffix)") }
    throw JournalError(
      .misuse, "“\(worker.name.prefix(60))” can't name a worker; choose 1 to 80 letters and digits.")
  }

  private static func stranger(_ key: String) -> JournalError {
    JournalError(.damaged, "\(key) is no stream's journal; move it elsewhere.")
  }

  private func onStore<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as S3Error {
      throw JournalError(error.kind == .misuse ? .misuse : .unavailable, error.message)
    }
  }
}
