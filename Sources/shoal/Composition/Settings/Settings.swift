import CommandTable
import Digests
import Glibc
import Operations
import PaperModel

/// Locations and prices: from flags, then the environment, then `shoal.yaml` in the working folder, then defaults.
struct Settings: Sendable {
  /// The values of flags.
  struct Flags: Sendable {
    var data: String?
    var brokers: String?
    var store: String?
  }

  /// The folder of an installation; for a cluster, of the parts that belong to this machine alone.
  let data: String
  /// The Python environment of experiments and plots.
  let python: String
  /// The prices of processor and GPU time.
  let prices: Prices
  /// The cluster; nil for an installation in a data folder.
  let cluster: ClusterSettings?

  /// - Throws: `UsageError` if settings conflict; `OperationError` if `shoal.yaml` can't be used.
  init(_ invocation: Invocation) throws {
    let flags = Flags(
      data: invocation.text("data"), brokers: invocation.text("brokers"), store: invocation.text("store"))
    let file = try SettingsFile.read(Self.absolute("shoal.yaml")) ?? SettingsFile()
    do { try self.init(flags, environment: Self.environment, file: file) } catch let error as SettingsError {
      throw invocation.failure("\(error)")
    }
  }

  init(data flag: String?, environment: (String) -> String?, file: SettingsFile) throws {
    try self.init(Flags(data: flag), environment: environment, file: file)
  }

  /// - Throws: `SettingsError`; `OperationError`.
  init(_ flags: Flags, environment: (String) -> String?, file: SettingsFile) throws {
    let home = environment("HOME") ?? "/tmp"
    let usual = geteuid() == 0 ? "/var/cache/shoal/python" : "\(home)/.cache/shoal/python"
    python = Self.absolute(environment("SHOAL_PYTHON") ?? file.python ?? usual)
    prices = try file.readPrices()
    let named = flags.data ?? environment("SHOAL_DATA") ?? file.data
    cluster = try Self.cluster(flags, environment: environment, file: file)
    guard let cluster else {
      data = Self.absolute(named ?? "shoal-data")
      return
    }
    let local = geteuid() == 0 ? "/var/lib/shoal" : "\(home)/.local/state/shoal"
    data = "\(Self.absolute(named ?? local))/\(Self.folderName(cluster))"
  }

  private static func cluster(
    _ flags: Flags, environment: (String) -> String?, file: SettingsFile
  ) throws(SettingsError) -> ClusterSettings? {
    let named = flags.brokers ?? environment("SHOAL_BROKERS") ?? file.brokers
    // `none` overrides the environment and the file.
    guard let named, named != "none" else {
      guard flags.store == nil else {
        throw SettingsError("--store is for a cluster; name its brokers too with --brokers HOST:PORT,…")
      }
      return nil
    }
    let store = flags.store ?? environment("SHOAL_STORE") ?? file.store
    return ClusterSettings(
      brokers: try BrokerAddress.list(named),
      store: try store.map { text throws(SettingsError) in try StorePlace(text) },
      kafka: try KafkaSettings(file.kafka, environment: environment),
      s3: try S3Settings(file.s3, environment: environment))
  }

  /// Names of papers and runs are unique within a cluster only, so each cluster has a folder of its own on a machine,
  /// named after the place of its journals.
  private static func folderName(_ cluster: ClusterSettings) -> String {
    var place = cluster.store.map { "\($0)" } ?? "none"
    if case .s3? = cluster.store { place += " \(cluster.s3.endpoint ?? "")" }
    return "cluster-\(SHA256.digest(of: Array(place.utf8)).hex.prefix(12))"
  }

  static func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }

  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    return "\(String(cString: here))/\(path)"
  }
}
