internal import CRdKafka

/// The librdkafka that this process runs with, which may be newer than the one it was built with.
public enum KafkaLibrary {
  /// A version of librdkafka, ordered by age.
  public struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The three parts, e.g. 2, 6 and 1.
    public let major: Int
    /// The second part.
    public let minor: Int
    /// The third part.
    public let patch: Int

    /// A version of three parts.
    public init(_ major: Int, _ minor: Int, _ patch: Int) {
      self.major = major
      self.minor = minor
      self.patch = patch
    }

    /// The library's own number: two hexadecimal digits for each part, and two for pre-releases.
    init(number: Int32) {
      self.init(Int(number >> 24 & 0xff), Int(number >> 16 & 0xff), Int(number >> 8 & 0xff))
    }

    /// `2.0.2`.
    public var description: String { "\(major).\(minor).\(patch)" }

    /// Older versions come first.
    public static func < (left: Self, right: Self) -> Bool {
      (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
  }

  /// The version that is linked.
  public static let version = Version(number: rd_kafka_version())
  /// The library's version string, with a suffix for builds that are no release.
  public static let versionText = String(cString: rd_kafka_version_str())

  /// The first version whose SCRAM brokers from 3.8.1 on accept: older ones repeat the client's nonce wrongly.
  public static let firstWithScram = Version(2, 6, 1)
  /// Whether a SCRAM login can succeed on Apache Kafka 3.8.1 and later.
  public static var supportsScramOnNewBrokers: Bool { version >= firstWithScram }

  /// Before this version, destroying a member of a group that was never assigned anything aborts the process.
  static let firstWithSafeUnassignedClose = Version(2, 3, 0)
}
