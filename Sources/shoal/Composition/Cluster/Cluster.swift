import Kafka
import KafkaMessageLog
import MessageLog
import Operations

/// An opened cluster.
struct Cluster: Sendable {
  /// How long brokers may take to answer when a person waits.
  static let patience: Duration = .seconds(5)
  /// How long they may take to answer a worker that starts.
  static let patienceOfWorkers: Duration = .seconds(15)

  let log: KafkaMessageLog
  let store: ClusterStore
  /// Publishes journal entries to the `events` topic.
  let events: LogEventSink
  /// What was looked at, on this machine.
  let looks: KeptLooks

  var stores: Stores { Stores(log: log, journal: store.journal, blobs: store.blobs, events: events) }

  /// Opens a cluster.
  /// - Parameters:
  ///   - data: the folder of this machine.
  ///   - preparing: whether the store may be a new one.
  ///   - looking: whether the store is only read.
  ///   - patience: how long brokers may take to answer; nil if only journals are read and brokers need not answer.
  ///   - report: called with errors that may pass, from any thread.
  static func open(
    _ settings: ClusterSettings, _ place: StorePlace, data: String, preparing: Bool, looking: Bool,
    patience: Duration?,
    report: @escaping @Sendable (String) -> Void
  ) async throws -> Cluster {
    let store = try await ClusterStore.open(place, settings.s3, preparing: preparing, looking: looking)
    var logSettings = KafkaLogSettings(prefix: settings.kafka.topicPrefix)
    logSettings.report = { report("\($0)") }
    do {
      let log = try KafkaMessageLog(try settings.configuration(), logSettings)
      do { if let patience { try await log.connect(within: patience) } } catch {
        await log.close()
        throw error
      }
      return Cluster(
        log: log, store: store, events: LogEventSink(log),
        looks: KeptLooks(folder: "\(data)/looks/\(store.identity.prefix(16))"))
    } catch {
      await store.close()
      throw error
    }
  }

  func close() async {
    await looks.close()
    await log.close()
    await store.close()
  }
}

extension ClusterSettings {
  /// The settings of the Kafka client. Reads files with secrets.
  /// - Throws: `OperationError` if one can't be read.
  func configuration() throws -> KafkaConfiguration {
    KafkaConfiguration(brokers: brokers.map(\.description), clientID: "shoal", security: try kafka.security())
  }
}

extension KafkaSettings {
  /// The security settings of the Kafka client. Reads files with secrets.
  func security() throws -> KafkaSecurity {
    var security = KafkaSecurity()
    if transport.isTLS {
      security.tls = .init(
        authoritiesFile: authority, certificateFile: certificate, keyFile: key,
        keyPassword: try keyPassword.map { KafkaSecret(try $0.read().value) })
    }
    guard transport.isSASL, let mechanism else { return security }
    if mechanism == .oauthBearer, let tokens {
      security.login = .clientCredentials(
        KafkaClientCredentials(
          tokenURL: tokens.endpoint, clientID: tokens.clientID,
          clientSecret: KafkaSecret(try tokens.clientSecret.read().value), scope: tokens.scope))
      return security
    }
    guard let username, let password else { preconditionFailure("checked when the settings were read") }
    let secret = KafkaSecret(try password.read().value)
    switch mechanism {
    case .plain: security.login = .plain(user: username, password: secret)
    case .scramSHA256: security.login = .scramSHA256(user: username, password: secret)
    case .scramSHA512: security.login = .scramSHA512(user: username, password: secret)
    case .oauthBearer: preconditionFailure("handled before")
    }
    return security
  }
}
