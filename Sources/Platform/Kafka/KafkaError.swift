internal import CRdKafka

/// An error between this process and a Kafka cluster.
public struct KafkaError: Error, Sendable, Hashable {
  /// The kind of error, for programs.
  public enum Reason: Sendable, Hashable {
    /// Name, password, token or certificate were not accepted.
    case authenticationRefused
    /// A SCRAM login failed, and the linked library is too old to succeed at it.
    case scramNeedsNewerLibrary
    /// The broker's certificate is not trusted, or the two sides do not speak TLS with each other.
    case tlsFailure
    /// The broker does not accept the client's certificate, or requires one.
    case certificateRefused
    /// No broker could be connected to.
    case unreachable
    /// The topic, or the partition of it, does not exist.
    case unknownTopic
    /// The topic to be created is there already.
    case topicExists
    /// The group does not exist.
    case unknownGroup
    /// This user has no right to do that.
    case notAllowed
    /// No answer came in time; it may have been done all the same.
    case timedOut
    /// The record is larger than the topic or the client takes.
    case tooLarge
    /// The metadata beside a committed offset is longer than 4,096 bytes or not ASCII.
    case metadataRefused
    /// The partition does not belong to this member of the group, or no longer does.
    case notAssigned
    /// The client was not polled for too long and has left its group.
    case pollIntervalExceeded
    /// Another client has replaced this one.
    case fenced
    /// The client was closed, or is being closed.
    case closed
    /// A setting is wrong.
    case badSetting
    /// Something else; see code and name.
    case other
  }

  /// librdkafka's number: negative for its own errors, positive for a broker's.
  public let code: Int32
  /// librdkafka's name for the number, e.g. `_TIMED_OUT`.
  public let name: String
  /// The kind of error.
  public let reason: Reason
  /// The client can't be used any more and has to be opened again. (`KafkaProducer` does so by itself.)
  public let isFatal: Bool
  /// The same call may succeed later without any change.
  public let isRetriable: Bool
  /// One sentence for users: what is wrong and what to do.
  public let message: String

  init(code: rd_kafka_resp_err_t, reason: Reason, isFatal: Bool = false, isRetriable: Bool = false, message: String) {
    self.code = code.rawValue
    name = String(cString: rd_kafka_err2name(code))
    self.reason = reason
    self.isFatal = isFatal
    self.isRetriable = isRetriable
    self.message = message
  }
}

extension KafkaError: CustomStringConvertible {
  /// The message, with the library's name for it.
  public var description: String { "\(message) (\(name))" }
}

extension KafkaError {
  static let closed = KafkaError(
    code: RD_KAFKA_RESP_ERR__DESTROY, reason: .closed,
    message: "The Kafka client was closed before that was done; open another one.")

  static func badSetting(_ words: String) -> KafkaError {
    KafkaError(code: RD_KAFKA_RESP_ERR__INVALID_ARG, reason: .badSetting, message: words)
  }

  static func timedOut(_ what: String) -> KafkaError {
    KafkaError(
      code: RD_KAFKA_RESP_ERR__TIMED_OUT, reason: .timedOut, isRetriable: true,
      message: "Kafka did not answer in time: \(what); see whether all brokers are up, then try again.")
  }
}

extension KafkaError {
  static func metadataRefused(_ partition: TopicPartition, byteCount: Int) -> KafkaError {
    KafkaError(
      code: RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE, reason: .metadataRefused,
      message: "Metadata of \(byteCount) bytes beside an offset of \(partition) can't be committed; keep it within "
        + "\(CommitOffset.metadataLimit) bytes of printable ASCII.")
  }

  static func notAssigned(_ partition: TopicPartition) -> KafkaError {
    KafkaError(
      code: RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST, reason: .notAssigned,
      message: "The partition \(partition) does not belong to this consumer; its owner commits what is done there.")
  }
}
