public import Journal
public import PaperModel
internal import WireFormat

/// A journal on a folder, for several processes and for machines that share a file system with hard links: entry 7 of
/// `paper/x` is the file `DIR/journal/paper/x/7`, and the writer that creates it owns the number.
///
/// An entry is written under a temporary name, synchronised and then linked to its number, so it is never half
/// written and never replaced. Entries that several streams append at the same time share one file with all their
/// names: a page. A heartbeat is the time of a file in `DIR/workers`, compared with a file touched now, so only the
/// file system's clock counts. Symbolic links below `DIR` are not followed.
public struct FolderJournal: Journal {
  let folder: String
  private let clock: any WallClock
  /// Whether nothing may be created: then heartbeats are held against this machine's clock.
  private let isLooking: Bool
  private let threads: FileThreads
  private let appends: AppendQueue
  private let recent = RecentEntries()
  /// The file that this journal touches to read the file system's time.
  private let clockFile = ".now-\(UInt64.random(in: .min ... .max))"

  /// Opens a folder and creates what is missing.
  /// - Parameter clock: the clock of entries' times; heartbeats use the file system's.
  /// - Throws: `JournalError` that names the folder and says what to do.
  public init(folder: String, clock: any WallClock = MachineClock()) async throws {
    self.init(folder: folder, clock: clock, isLooking: false)
    try await onFiles {
      let root = try Folder(root: folder)
      _ = try root.creating("workers").path
      _ = try root.creating("journal").path
    }
  }

  /// Opens a folder read-only, even if this user may not write: nothing is created.
  public init(looking folder: String, clock: any WallClock = MachineClock()) {
    self.init(folder: folder, clock: clock, isLooking: true)
  }

  private init(folder: String, clock: any WallClock, isLooking: Bool) {
    self.folder = folder
    self.clock = clock
    self.isLooking = isLooking
    threads = FileThreads(count: 4)
    appends = AppendQueue(root: folder)
  }

  public func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool {
    if let refusal = JournalError.refusal(of: number, to: stream, end: .max) { throw refusal }
    let entry = JournalEntry(number: number, atMicroseconds: clock.nowMicroseconds, fact: fact)
    let bytes = WireFormat.encode(entry)
    let isAppended = try await withProblemsNamed {
      try await appends.append(NewEntry(stream: stream, number: number, bytes: bytes))
    }
    if isAppended { recent.add([entry], of: stream) }
    return isAppended
  }

  /// Entries that this journal has appended or read are cached.
  public func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    try await recent.entries(of: stream, from: number) { first, known in
      try await onFiles { [folder] () throws -> [JournalEntry] in
        guard let entries = try EntryFolder(existing: folder, stream: stream) else {
          if known > 0 { throw EntryFolder.missing(known - 1, of: stream, in: folder) }
          return []
        }
        // A restored older copy of the folder would give numbers away again.
        if known > 0, try !entries.has(known - 1) { throw entries.missing(known - 1) }
        return try entries.read(from: first)
      }
    }
  }

  public func streams(of kind: StreamID.Kind, after name: String?, limit: Int) async throws -> [StreamID] {
    try await onFiles { [folder] in
      guard let names = try Folder(root: folder).existing("journal")?.existing(kind.rawValue)?.names() else {
        return []
      }
      let later = names.filter { own in name.map { $0 < own } ?? true }.sorted().prefix(max(0, limit))
      return try later.map { name in
        if let stream = StreamID(kind, name) { return stream }
        throw JournalError(
          .damaged, "\(folder)/journal/\(kind.rawValue)/\(name) is no stream's journal; move it elsewhere.")
      }
    }
  }

  /// Touches the worker's file.
  public func beat(_ worker: WorkerID) async throws {
    let name = try Self.fileName(of: worker)
    try await onFiles { [folder] in _ = try Folder(root: folder).creating("workers").touch(name) }
  }

  /// Removes the worker's file, and those that are forgotten.
  public func sayGoodbye(_ worker: WorkerID) async throws {
    let name = try Self.fileName(of: worker)
    try await onFiles { [folder] in try Folder(root: folder).creating("workers").remove(name) }
    try await onWorkers { workers, now in
      let now = try now()
      for name in try workers.names() where name.hasSuffix(Self.suffix) {
        guard let beat = try workers.timeOfTouch(name) else { continue }
        if Heartbeat.isForgotten(beatAt: beat, now: now) { workers.remove(name) }
      }
    }
  }

  /// Alive while the heartbeat is fresh; a killed worker counts as gone once it is stale.
  public func liveness(of worker: WorkerID) async throws -> Liveness {
    let name = try Self.fileName(of: worker)
    return try await onWorkers { workers, now in
      guard let beat = try workers.timeOfTouch(name) else { return .gone }
      return Heartbeat.liveness(beatAt: beat, now: try now())
    } ?? .gone
  }

  public func living() async throws -> [WorkerID] {
    try await onWorkers { workers, now in
      var living: [WorkerID] = []
      let now = try now()
      for name in try workers.names() where name.hasSuffix(Self.suffix) {
        guard let beat = try workers.timeOfTouch(name) else { continue }
        if Heartbeat.liveness(beatAt: beat, now: now) == .alive,
          let worker = WorkerID(fileName: name.dropLast(Self.suffix.count))
        {
          living.append(worker)
        }
      }
      return living.sorted { $0.name < $1.name }
    } ?? []
  }

  /// Runs the body with the folder of heartbeats and the time to hold them against, in microseconds since 1970; nil if
  /// there is no such folder.
  @discardableResult
  private func onWorkers<Value: Sendable>(
    _ body: @escaping @Sendable (borrowing Folder, () throws -> Int64) throws -> Value
  ) async throws -> Value? {
    if isLooking {
      let now = clock.nowMicroseconds
      return try await onFiles { [folder] () throws -> Value? in
        guard let workers = try Folder(root: folder).existing("workers") else { return nil }
        return try body(workers) { now }
      }
    }
    return try await onFiles { [folder, clockFile] () throws -> Value? in
      let workers = try Folder(root: folder).creating("workers")
      return try body(workers) {
        defer { workers.remove(clockFile) }
        return try workers.touch(clockFile)
      }
    }
  }

  private static let suffix = ".beat"

  static func fileName(of worker: WorkerID) throws(JournalError) -> String {
    if let name = worker.fileName { return name + suffix }
    throw JournalError(
      .misuse, "“\(worker.name.prefix(60))” can't name a worker; choose 1 to 80 letters and digits.")
  }

  private func onFiles<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withProblemsNamed { try await threads.run(body) }
  }

  private func withProblemsNamed<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let problem as FileProblem {
      throw JournalError(.unavailable, problem.sentence)
    }
  }
}
