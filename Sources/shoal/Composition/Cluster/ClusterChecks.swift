import Glibc
import Kafka
import KafkaMessageLog
import Operations
import PaperModel

/// Checks of a cluster from this machine.
enum ClusterChecks {
  /// The largest difference to a store's clock with which heartbeats are judged correctly.
  private static let mostSkewSeconds = 5.0

  static func findings(_ settings: ClusterSettings) async -> [DoctorFinding] {
    await [library(settings.kafka)] + brokers(settings) + store(settings)
  }

  /// The librdkafka in use, and whether it supports the settings.
  static func library(_ kafka: KafkaSettings, version: KafkaLibrary.Version = KafkaLibrary.version) -> DoctorFinding {
    let isScram = kafka.mechanism == .scramSHA256 || kafka.mechanism == .scramSHA512
    guard isScram, version < KafkaLibrary.firstWithScram else {
      return DoctorFinding(.ok, "librdkafka", "\(version)")
    }
    return DoctorFinding(
      .broken, "librdkafka",
      "\(version) can't log in with SCRAM to Kafka 3.8.1 or later, whatever the password: use 2.6.1 or later, or "
        + "sasl-mechanism PLAIN over TLS.")
  }

  private static func brokers(_ settings: ClusterSettings) async -> [DoctorFinding] {
    do {
      return try await TopicAdmin.use(settings) { admin in
        let reports = try await admin.describe(counting: false)
        return [DoctorFinding(.ok, "brokers", "\(settings.bootstrap) answer.")] + topics(reports)
      }
    } catch { return [DoctorFinding(.broken, "brokers", "\(error)")] }
  }

  /// The problems of topics; one line if there is none, or if all topics are missing.
  static func topics(_ reports: [TopicReport]) -> [DoctorFinding] {
    if reports.allSatisfy({ $0.found == nil }) {
      return [DoctorFinding(.broken, "topics", "There are none. Run `shoal topics create`.")]
    }
    let findings = TopicFinding.grouped(reports.flatMap(\.findings))
    guard !findings.isEmpty else {
      return [DoctorFinding(.ok, "topics", "All \(reports.count) are correct.")]
    }
    return findings.map { finding in
      let state: DoctorFinding.State = finding.weight == .fault ? .broken : .weak
      return DoctorFinding(state, finding.topic, "\(finding.message) \(finding.remedy)")
    }
  }

  private static func store(_ settings: ClusterSettings) async -> [DoctorFinding] {
    guard let place = settings.store else {
      return [DoctorFinding(.broken, "store", "None is named: --store DIR|s3://BUCKET/PREFIX, or SHOAL_STORE.")]
    }
    do {
      let store = try await ClusterStore.open(place, settings.s3, preparing: false)
      await store.close()
      guard case .folder(let path) = place else {
        return [DoctorFinding(.ok, "store", "\(place) can be read and written, with conditional writes.")]
      }
      return [try folder(path)]
    } catch { return [DoctorFinding(.broken, "store", "\(error)")] }
  }

  /// Tests what journals rely on with a file that is removed again: that a name can be created only once, and the clock
  /// of the file system.
  static func folder(_ path: String, clock: any WallClock = MachineClock()) throws -> DoctorFinding {
    let probe = "\(path)/.probe-\(UInt64.random(in: 0 ... .max))"
    let descriptor = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw OperationError(
        "Nothing can be written in \(path): \(String(cString: strerror(errno))). Correct its permissions.")
    }
    defer { unlink(probe) }
    var facts = stat()
    let hasTime = futimens(descriptor, nil) == 0 && fstat(descriptor, &facts) == 0
    close(descriptor)
    guard link(probe, "\(probe).link") == 0 else {
      throw OperationError("\(path) takes no hard links (\(String(cString: strerror(errno)))), which journals need.")
    }
    defer { unlink("\(probe).link") }
    guard link(probe, "\(probe).link") != 0, errno == EEXIST else {
      throw OperationError("\(path) lets a name be created twice: journals can't be kept there.")
    }
    let there = Double(facts.st_mtim.tv_sec) + Double(facts.st_mtim.tv_nsec) / 1e9
    let skew = abs(Double(clock.nowMicroseconds) / 1e6 - there)
    if hasTime, skew > mostSkewSeconds {
      return DoctorFinding(
        .weak, "store",
        "\(path) can be written, and its clock differs from this machine's by \(Int(skew)) s: set both by NTP.")
    }
    return DoctorFinding(.ok, "store", "\(path) can be written, links are exclusive, clocks agree.")
  }
}
