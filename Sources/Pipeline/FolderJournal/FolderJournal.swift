public import Journal
public import PaperModel
internal import WireFormat

/// A journal on a folder: entry 7 of `paper/x` is the file `DIR/journal/paper/x/7`, and who can create it has it. For
/// several processes, and for machines that share a file system with hard links.
///
/// An entry is written aside, synchronised and then linked to its name, so it is never half written and never replaced.
/// What several streams append at the same time is one file that bears all their names: a page.
/// A heartbeat is the time of a file in `DIR/workers`, held against a file touched now: the file system's clock is the
/// only one that counts. Symbolic links below `DIR` are not followed.
public struct FolderJournal: Journal {
  let folder: String
  private let clock: any WallClock
  /// Whether nothing may be created: then heartbeats are held against this machine's clock.
  private let isLooking: Bool
  private let threads: FileThreads
  private let appends: AppendQueue
  private let recent = RecentEntries()
  /// The file that this journal touches to learn the file system's time.
  private let clockFile = ".now-\(UInt64.random(in: .min ... .max))"

  /// Opens a folder and creates what is missing of it.
  /// - Parameter clock: the clock of entries' times; heartbeats go by the file system's.
  /// - Throws: `JournalError` that names the folder and says what to do.
  public init(folder: String, clock: any WallClock = MachineClock()) async throws {
    self.init(folder: folder, clock: clock, isLooking: false)
    try await onFiles {
      let root = try Folder(root: folder)
      _ = try root.creating("workers").path
      _ = try root.creating("journal").path
    }
  }

  /// Opens a folder to read it, also where this user may not write: nothing is created.
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

  /// Appends an entry, durably before it returns; false where the number is taken.
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

  /// The entries of a stream from a number on, in their order. What this journal has appended or read before is not
  /// read again.
  public func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    try await recent.entries(of: stream, from: number) { first, known in
      try await onFiles { [folder] () throws -> [JournalEntry] in
        guard let entries = try EntryFolder(existing: folder, stream: stream) else {
          if known > 0 { throw EntryFolder.missing(known - 1, of: stream, in: folder) }
          return []
        }
        // An older copy in the folder's place would take numbers again.
        if known > 0, try !entries.has(known - 1) { throw entries.missing(known - 1) }
        return try entries.read(from: first)
      }
    }
  }

  /// The streams of a kind that have a journal, by name, after a name; at most `limit`.
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

  /// Says that a worker lives: touches its file.
  public func beat(_ worker: WorkerID) async throws {
    let name = try Self.fileName(of: worker)
    try await onFiles { [folder] in _ = try Folder(root: folder).creating("workers").touch(name) }
  }

  /// Says that a worker has ended: removes its file.
  public func sayGoodbye(_ worker: WorkerID) async throws {
    let name = try Self.fileName(of: worker)
    try await onFiles { [folder] in try Folder(root: folder).creating("workers").remove(name) }
  }

  /// Alive while its heartbeat is fresh. A worker that is killed is gone once that is stale.
  public func liveness(of worker: WorkerID) async throws -> Liveness {
    let name = try Self.fileName(of: worker)
    if isLooking {
      let now = clock.nowMicroseconds
      return try await onFiles { [folder] in
        guard let beat = try Folder(root: folder).existing("workers")?.timeOfTouch(name) else { return .gone }
        return Heartbeat.liveness(beatAt: beat, now: now)
      }
    }
    return try await onFiles { [folder, clockFile] in
      let workers = try Folder(root: folder).creating("workers")
      guard let beat = try workers.timeOfTouch(name) else { return .gone }
      let now = try workers.touch(clockFile)
      workers.remove(clockFile)
      return Heartbeat.liveness(beatAt: beat, now: now)
    }
  }

  static func fileName(of worker: WorkerID) throws(JournalError) -> String {
    if let name = worker.fileName { return "\(name).beat" }
    throw JournalError(
      .misuse, "«\(worker.name.prefix(60))» can't name a worker; choose 1 to 80 letters and digits.")
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
