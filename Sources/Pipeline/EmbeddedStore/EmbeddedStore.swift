internal import Dispatch
internal import Files
internal import Glibc
internal import Journal
internal import MessageLog
public import PaperModel
internal import SQLite
internal import Synchronization

/// A data folder on one machine: the journal, the message log and the projections in `DIR/shoal.sqlite`, shared by
/// several processes.
///
/// All writes of a process share durable commits, whichever stream or topic they concern. `DIR/workers` has a locked
/// file for each live worker, and `DIR/bell` wakes other processes. Call `close` when done.
public final class EmbeddedStore: Sendable {
  /// How often the store checks on processes, in the machine's own time.
  public struct Pace: Sendable {
    /// How often a process with workers records that it runs, and checks the table even if no bell rang.
    public var pulseEvery: Duration = Heartbeat.every
    /// A process that has not run for this long (frozen, swapped out) loses its deliveries.
    public var pulseStaleAfter: Duration = Heartbeat.staleAfter
    /// How often owners are checked while a task waits and other processes hold deliveries.
    public var probeEvery: Duration = .milliseconds(250)

    public init() {}
  }

  public let folder: String
  /// Whether it was opened read-only.
  let isLooking: Bool
  /// The clock of entries, messages and delays.
  let clock: any WallClock
  let database: Database
  let bell: Doorbell
  let alarm: AlarmClock
  let workers: WorkerFiles
  let watch: Watch
  let files = FileQueue()
  /// Set by a write that other waiters need to see; the commit that carries it rings the bell.
  let news: News

  /// Opens a data folder and creates what is missing in it. Deliveries of dead processes become ready.
  /// - Throws: `EmbeddedStoreError`; a damaged, foreign or newer database is left as it is.
  public init(folder: String, clock: any WallClock = MachineClock(), pace: Pace = Pace()) async throws {
    self.folder = folder
    self.clock = clock
    isLooking = false
    let bell = Doorbell()
    let workers = WorkerFiles(folder: "\(folder)/workers", staleAfter: pace.pulseStaleAfter)
    let watch = try await files.run {
      try DataFolder.create(folder)
      try DataFolder.create(workers.folder)
      let bellFile = try BellFile(path: "\(folder)/bell")
      workers.tidy()
      return Watch(bellFile: bellFile, bell: bell, workers: workers, pace: pace)
    }
    let news = News()
    self.bell = bell
    self.workers = workers
    self.watch = watch
    self.news = news
    alarm = AlarmClock(clock: clock, bell: bell)
    database = try await StoreErrors.store {
      try await Database(path: "\(folder)/shoal.sqlite", schema: StoreSchema.steps) {
        if news.take() { watch.ring() }
      }
    }
    watch.start()
    do { try await takeFromTheGone() } catch {
      await close()
      throw error
    }
  }

  /// Opens an existing data folder read-only, even if this user may not write: nothing is created or changed, and
  /// changes throw. Bells are not heard: ask again for new entries.
  /// - Throws: `EmbeddedStoreError`.
  public init(looking folder: String, clock: any WallClock = MachineClock()) async throws {
    self.folder = folder
    self.clock = clock
    isLooking = true
    let pace = Pace()
    bell = Doorbell()
    workers = WorkerFiles(folder: "\(folder)/workers", staleAfter: pace.pulseStaleAfter)
    watch = Watch(bellFile: nil, bell: bell, workers: workers, pace: pace)
    news = News()
    alarm = AlarmClock(clock: clock, bell: bell)
    database = try await StoreErrors.store {
      try await Database(readingOnly: "\(folder)/shoal.sqlite", schema: StoreSchema.steps)
    }
    watch.start()
  }

  /// The largest file that is checked as a whole: a check reads all of it.
  private static let mostChecked: off_t = 4 << 30

  /// What a check of a data folder's file found.
  public enum Health: Sendable, Equatable {
    case sound
    /// There is no file yet.
    case absent
    /// It is too large to be read as a whole.
    case unchecked
    case broken(String)
  }

  /// Reads a data folder's file as a whole, without changing it, and looks for damage.
  public static func health(of folder: String) async -> Health {
    let path = "\(folder)/shoal.sqlite"
    var facts = stat()
    guard stat(path, &facts) == 0 else { return .absent }
    guard facts.st_size <= mostChecked else { return .unchecked }
    do {
      let store = try await EmbeddedStore(looking: folder)
      let check: Result<Void, any Error>
      do { check = .success(try await StoreErrors.store { try await store.database.quickCheck() }) } catch {
        check = .failure(error)
      }
      await store.close()
      try check.get()
      return .sound
    } catch { return .broken("\(error)") }
  }

  deinit { watch.stopSoon() }

  public var journal: EmbeddedJournal { EmbeddedJournal(store: self) }

  public var messageLog: EmbeddedMessageLog { EmbeddedMessageLog(store: self) }

  public var ideas: EmbeddedIdeaIndex { EmbeddedIdeaIndex(store: self) }

  /// Completes pending writes, unlocks the workers' files and closes the database. Consumers must be closed before;
  /// otherwise their deliveries become ready for other processes. Closing twice is harmless.
  public func close() async {
    alarm.stop()
    await database.close()
    await watch.stop()
    _ = try? await files.run { [workers] in workers.dismissAll() }
    bell.ring()
  }

  /// Locks a file for a worker of this process.
  func enlist(_ worker: WorkerID) async throws {
    try await files.run { [workers] in try workers.enlist(worker) }
    watch.workersChanged()
  }

  private func takeFromTheGone() async throws {
    try await StoreErrors.store {
      let owners = try await database.read { try MessageRows.owners($0) }
      guard !owners.isEmpty else { return }
      let gone = try await files.run { [workers] in try owners.filter { try workers.isGone($0) } }
      guard !gone.isEmpty else { return }
      try await database.write { [news] connection in
        try MessageRows.release(ownedBy: gone, connection)
        news.put()
      }
    }
  }
}

/// Whether the next commit has something for waiters.
final class News: Sendable {
  private let isThere = Atomic(false)

  func put() { isThere.store(true, ordering: .releasing) }
  func take() -> Bool { isThere.exchange(false, ordering: .acquiringAndReleasing) }
}

/// The subfolders of a store.
enum DataFolder {
  static func create(_ path: String) throws(EmbeddedStoreError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw EmbeddedStoreError("The data folder has no name; name one with --data.")
    }
    let code = Folders.create(path)
    guard code != 0 else { return }
    let words = String(cString: strerror(code))
    throw EmbeddedStoreError(
      "The data folder \(path) can't be created (\(words)); choose one where this user may write.")
  }
}

/// Runs blocking file calls one at a time, off Swift's cooperative pool.
struct FileQueue: Sendable {
  private let queue = DispatchQueue(label: "shoal.store-files")

  /// Runs the body there, ignoring cancellation.
  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { caller in
      queue.async { caller.resume(with: Result { try body() }) }
    }
  }
}
