internal import CRdKafka

/// The subject of an error, so that its message can name things.
struct ErrorContext: Sendable {
  /// The brokers that were configured.
  var brokers: [String] = []
  /// The SASL mechanism; nil without a login.
  var mechanism: String?
  /// The linked library's version.
  var version = KafkaLibrary.version

  init(brokers: [String] = [], mechanism: String? = nil, version: KafkaLibrary.Version = KafkaLibrary.version) {
    self.brokers = brokers
    self.mechanism = mechanism
    self.version = version
  }

  init(_ configuration: KafkaConfiguration) {
    self.init(brokers: configuration.brokers, mechanism: configuration.security.mechanism)
  }
}

extension ErrorContext {
  /// The error for a code. `detail` is the library's own text; `subject` is the object of the call, e.g. a topic.
  func error(
    _ code: rd_kafka_resp_err_t, _ detail: String = "", subject: String = "", isFatal: Bool = false
  ) -> KafkaError {
    let reason = isCertificateRefused(code, detail) ? .certificateRefused : reason(code)
    let passes = Self.retriable.contains(code.rawValue) && reason != .certificateRefused
    return KafkaError(
      code: code, reason: reason, isFatal: isFatal, isRetriable: !isFatal && passes,
      message: sentence(code, reason, detail, subject, isFatal))
  }

  /// The broker ended the TLS handshake over the client's certificate. The library takes that for a lost connection.
  private func isCertificateRefused(_ code: rd_kafka_resp_err_t, _ detail: String) -> Bool {
    guard code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__SSL else { return false }
    return ["alert certificate", "alert bad certificate", "alert unknown ca"].contains { detail.contains($0) }
  }

  private func reason(_ code: rd_kafka_resp_err_t) -> KafkaError.Reason {
    switch code {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
      RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE:
      isOutdatedScram ? .scramNeedsNewerLibrary : .authenticationRefused
    case RD_KAFKA_RESP_ERR__SSL: .tlsFailure
    case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE: .unreachable
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
      RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      .unknownTopic
    case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: .topicExists
    case RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND, RD_KAFKA_RESP_ERR__UNKNOWN_GROUP: .unknownGroup
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
      RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
      .notAllowed
    case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
      RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
      .timedOut
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE: .tooLarge
    case RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE: .metadataRefused
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
      RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST:
      .notAssigned
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED: .pollIntervalExceeded
    case RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
      RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
      .fenced
    case RD_KAFKA_RESP_ERR__DESTROY, RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT: .closed
    case RD_KAFKA_RESP_ERR__INVALID_ARG, RD_KAFKA_RESP_ERR_INVALID_CONFIG: .badSetting
    default: .other
    }
  }

  private var isOutdatedScram: Bool {
    mechanism?.hasPrefix("SCRAM") == true && version < KafkaLibrary.firstWithScram
  }

  private func sentence(
    _ code: rd_kafka_resp_err_t, _ reason: KafkaError.Reason, _ detail: String, _ subject: String, _ isFatal: Bool
  ) -> String {
    let said = detail.isEmpty ? String(cString: rd_kafka_err2str(code)) : detail
    let about = subject.isEmpty ? "" : " \(subject)"
    let servers = brokers.joined(separator: ", ")
    switch reason {
    case .authenticationRefused:
      return "Kafka at \(servers) refused the login\(mechanism.map { " with \($0)" } ?? ""): \(said); "
        + "check name and password (or token, or certificate) and that the broker offers this mechanism."
    case .scramNeedsNewerLibrary:
      return "The login with \(mechanism ?? "SCRAM") failed, as it must: librdkafka \(version) repeats the nonce "
        + "wrongly, and brokers from 3.8.1 on refuse that; use librdkafka \(KafkaLibrary.firstWithScram) or later, "
        + "or SASL PLAIN or OAUTHBEARER over TLS, or a client certificate."
    case .tlsFailure:
      return "TLS with Kafka at \(servers) failed: \(said); check the file of authorities, the broker's name in its "
        + "certificate, and that the port speaks TLS."
    case .certificateRefused:
      return "Kafka at \(servers) refused this client's certificate, or wants one: \(said); give it a certificate and "
        + "key that an authority of the brokers has signed."
    case .unreachable:
      return "No Kafka broker of \(servers) could be reached: \(said); check the addresses and that the brokers are "
        + "up, and whether the port wants TLS or a login."
    case .unknownTopic:
      return "Kafka knows no topic or partition\(about): \(said); create it first or correct its name."
    case .topicExists: return "The topic\(about) exists already; nothing was changed."
    case .notAllowed:
      return
        "Kafka does not allow this user\(about.isEmpty ? " that" : about): \(said); give it the right with Kafka's "
        + "access control lists."
    case .timedOut:
      return
        "Kafka at \(servers) did not answer in time\(about): \(said); see whether all brokers are up, then try again."
    case .tooLarge:
      return
        "A record\(about.isEmpty ? "" : " for\(about)") was refused as too large: \(said); raise max.message.bytes of "
        + "the topic, or send less."
    case .metadataRefused:
      return "Metadata of a committed offset\(about) was refused: \(said); keep it within 4,096 bytes."
    case .notAssigned:
      return "The partition\(about) no longer belongs to this consumer: \(said); its next owner goes on."
    case .pollIntervalExceeded:
      return "The consumer was not polled in time and left its group: \(said); let the handler return sooner."
    case .closed: return "The Kafka client was closed before that was done: \(said); open another one."
    case .fenced, .unknownGroup, .badSetting, .other:
      let next = isFatal ? "open the client again" : "look into the brokers' logs if it goes on"
      return "Kafka failed\(about.isEmpty ? "" : " for\(about)"): \(said); \(next)."
    }
  }

  /// Transient codes, by the protocol's own list and librdkafka's local ones.
  private static let retriable: Set<Int32> = Set(
    [
      RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TIMED_OUT,
      RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__QUEUE_FULL,
      RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__IN_PROGRESS, RD_KAFKA_RESP_ERR__WAIT_CACHE,
      RD_KAFKA_RESP_ERR__RETRY, RD_KAFKA_RESP_ERR__ISR_INSUFF, RD_KAFKA_RESP_ERR__RESOLVE,
      RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
      RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
      RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
      RD_KAFKA_RESP_ERR_NOT_CONTROLLER, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
      RD_KAFKA_RESP_ERR_FETCH_SESSION_ID_NOT_FOUND, RD_KAFKA_RESP_ERR_LISTENER_NOT_FOUND,
      RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH, RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH,
      RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_PREFERRED_LEADER_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_ELIGIBLE_LEADERS_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT,
      RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED,
    ].map(\.rawValue))

  /// Takes over an error object of the library and destroys it.
  func error(consuming object: OpaquePointer, subject: String = "") -> KafkaError {
    defer { rd_kafka_error_destroy(object) }
    return error(
      rd_kafka_error_code(object), String(cString: rd_kafka_error_string(object)), subject: subject,
      isFatal: rd_kafka_error_is_fatal(object) != 0)
  }
}
