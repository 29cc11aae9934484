import CommandTable
import EmbeddedStore
import FolderJournal
import Glibc
import Journal
import KafkaMessageLog
import MessageLog
import Operations
import PaperModel
import Sandbox
import StageWorker
import Stages

/// An installation, in a data folder or on a cluster: the only type that knows the implementations of stores and logs.
struct Installation: Sendable {
  /// The stores that it uses.
  enum Place: Sendable {
    case embedded(EmbeddedStore)
    case cluster(Cluster)
  }

  /// What an installation is opened for.
  enum Purpose {
    /// To read journals, even if this user may not write; a cluster's brokers need not answer.
    case reading
    /// To read journals and topics, even if this user may not write.
    case browsing
    /// To change existing things; nothing is created.
    case looking
    /// To enqueue work; missing parts are created.
    case submitting
    /// To work: a data folder is created, a cluster must exist.
    case working

    /// Whether nothing is created or changed.
    fileprivate var isReadOnly: Bool { self == .reading || self == .browsing }

    /// How long a cluster's brokers may take to answer; nil if they need not.
    fileprivate var patience: Duration? {
      switch self {
      case .reading: nil
      case .browsing, .looking, .submitting: Cluster.patience
      case .working: Cluster.patienceOfWorkers
      }
    }
  }

  let settings: Settings
  let place: Place
  /// The stores as a worker uses them: it publishes its entries itself.
  private(set) var stores: Stores
  /// The index of all campaigns' ideas, including those that are older than the index.
  let ideas: any IdeaIndex
  let faults: FaultPlan
  /// Called now and then while a program of a stream runs.
  private(set) var beat: @Sendable (StreamID) -> Void = { _ in }

  /// Opens the installation.
  /// - Parameter report: called with a cluster's errors that may pass, from any thread.
  static func open(
    _ invocation: Invocation, for purpose: Purpose, report: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> Installation {
    let settings = try Settings(invocation)
    let faults = try FaultPlan.fromEnvironment()
    if let cluster = settings.cluster {
      guard let store = cluster.store else {
        throw invocation.failure(
          "--brokers needs a store too: --store DIR, a folder that all machines share, or a bucket")
      }
      let opened = try await Cluster.open(
        cluster, store, data: settings.data, preparing: purpose == .submitting, looking: purpose.isReadOnly,
        patience: purpose.patience, report: report)
      var stores = opened.stores
      if purpose == .reading, case .s3 = store {
        stores.journal = CachedJournal(inner: stores.journal, folder: "\(settings.data)/cache")
      }
      return Installation(settings, .cluster(opened), stores, opened.store.ideas, faults)
    }
    if purpose == .looking || purpose.isReadOnly { try checkIsThere(settings.data) }
    let isReadOnly = purpose.isReadOnly
    let store =
      isReadOnly
      ? try await EmbeddedStore(looking: settings.data) : try await EmbeddedStore(folder: settings.data)
    let blobs =
      isReadOnly ? FolderBlobs(looking: settings.data) : try await FolderBlobs(folder: settings.data)
    let folder = FolderGuard(settings.data, by: "shoal.sqlite")
    return Installation(
      settings, .embedded(store),
      Stores(
        log: store.messageLog, journal: GuardedJournal(inner: store.journal, folder: folder),
        blobs: GuardedBlobs(inner: blobs, folder: folder)), store.ideas, faults)
  }

  private init(
    _ settings: Settings, _ place: Place, _ stores: Stores, _ ideas: any IdeaIndex, _ faults: FaultPlan
  ) {
    self.settings = settings
    self.place = place
    self.faults = faults
    self.stores = faults.around(stores)
    self.ideas = CompleteIdeaIndex(faults.around(ideas), journal: self.stores.journal, blobs: self.stores.blobs)
  }

  var deployment: Deployment { Deployment(stores) }

  /// A copy with another journal, for a worker.
  /// - Parameter beat: called now and then while a program of a stream runs.
  func with(journal: any Journal, beat: @escaping @Sendable (StreamID) -> Void) -> Installation {
    var other = self
    other.stores.journal = journal
    other.beat = beat
    return other
  }

  /// Opens the installation, runs `body`, and closes it even if `body` throws.
  static func use<Value>(
    _ invocation: Invocation, for purpose: Purpose = .looking,
    report: @escaping @Sendable (String) -> Void = { _ in }, _ body: (Installation) async throws -> Value
  ) async throws -> Value {
    let installation = try await open(invocation, for: purpose, report: report)
    do {
      let value = try await body(installation)
      await installation.close()
      return value
    } catch {
      await installation.close()
      throw error
    }
  }

  private static func checkIsThere(_ folder: String) throws {
    if access("\(folder)/shoal.sqlite", F_OK) == 0 { return }
    if errno == EACCES {
      throw OperationError(
        "This user may not read \(folder). Correct its permissions, or name another with --data DIR.")
    }
    throw OperationError(
      "There is no data in \(folder). Begin with `shoal run --template grokking --ideas 3`, "
        + "or name another folder with --data DIR.")
  }

  func close() async {
    switch place {
    case .embedded(let store): await store.close()
    case .cluster(let cluster): await cluster.close()
    }
  }

  /// The flags that select this installation, for commands in messages.
  var flags: String {
    guard let cluster = settings.cluster, let store = cluster.store else { return "--data \(settings.data)" }
    return "--brokers \(cluster.bootstrap) --store \(store)"
  }

  /// The paused campaigns; nil if a cluster's brokers do not answer soon.
  func pausedCampaigns() async -> Set<StreamID>? {
    if case .cluster(let cluster) = place {
      do { try await cluster.log.connect(within: .seconds(3)) } catch { return nil }
    }
    return try? await deployment.pausedCampaigns()
  }

  /// The number of unfinished messages of each work topic: waiting or held by workers. Nil in a data folder, and if a
  /// cluster's brokers do not answer.
  func unfinishedMessages() async -> [Topic: Int64]? {
    guard case .cluster(let cluster) = place else { return nil }
    return try? await cluster.log.unfinished()
  }
}
