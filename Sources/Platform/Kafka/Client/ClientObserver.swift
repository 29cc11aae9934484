internal import CRdKafka
internal import Synchronization
internal import Threads

/// The target of a client's callbacks: the library passes this object to each of them.
///
/// The library holds it until the client is destroyed; `Client` retains it at creation and releases it afterwards.
class ClientObserver: @unchecked Sendable {
  let context: ErrorContext
  private let log: @Sendable (KafkaConfiguration.LogLine) -> Void
  private let tokens: KafkaTokenSource?
  private let seen = Lock<[KafkaError]>([])

  init(_ configuration: KafkaConfiguration) {
    context = ErrorContext(configuration)
    log = configuration.log
    if case .bearerToken(let source) = configuration.security.login { tokens = source } else { tokens = nil }
  }

  /// Hangs the callbacks that all clients have into a table of settings.
  func attach(to table: OpaquePointer) {
    rd_kafka_conf_set_opaque(table, Unmanaged.passUnretained(self).toOpaque())
    rd_kafka_conf_set_error_cb(table, errorRaised)
    rd_kafka_conf_set_log_cb(table, lineLogged)
    if tokens != nil { rd_kafka_conf_set_oauthbearer_token_refresh_cb(table, tokenWanted) }
  }

  /// An error that concerns the whole client. Called on the thread that polls.
  func failed(_ error: KafkaError) {}

  /// The last error of each kind since the client was made, newest last.
  var errors: [KafkaError] { seen.withLock { $0 } }

  fileprivate func raised(_ client: OpaquePointer?, _ code: rd_kafka_resp_err_t, _ words: String) {
    var error = context.error(code, words)
    if code == RD_KAFKA_RESP_ERR__FATAL {
      var detail = [CChar](repeating: 0, count: 512)
      let original = rd_kafka_fatal_error(client, &detail, detail.count)
      error = context.error(original, text(detail), isFatal: true)
    }
    seen.withLock { seen in
      seen.removeAll { $0.code == error.code }
      seen.append(error)
    }
    failed(error)
  }

  fileprivate func logged(_ level: Int32, _ facility: String, _ words: String) {
    log(KafkaConfiguration.LogLine(level: Int(level), facility: facility, text: words))
  }

  fileprivate func giveToken(to client: OpaquePointer?) {
    var words = [CChar](repeating: 0, count: 512)
    do {
      guard let token = try tokens?.next() else { return }
      let code = rd_kafka_oauthbearer_set_token(
        client, token.secret.text, token.expiryMilliseconds, token.principal, nil, 0, &words, words.count)
      if code != RD_KAFKA_RESP_ERR_NO_ERROR { rd_kafka_oauthbearer_set_token_failure(client, text(words)) }
    } catch {
      rd_kafka_oauthbearer_set_token_failure(client, "the source of tokens failed")
    }
  }

  /// The object behind a callback's opaque pointer.
  static func of(_ opaque: UnsafeMutableRawPointer?) -> Self? {
    opaque.map { Unmanaged<Self>.fromOpaque($0).takeUnretainedValue() }
  }
}

private let errorRaised:
  @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void = {
    client, code, words, opaque in
    ClientObserver.of(opaque)?.raised(client, rd_kafka_resp_err_t(code), words.map { String(cString: $0) } ?? "")
  }

private let lineLogged: @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Void = {
  client, level, facility, words in
  guard let client, let facility, let words else { return }
  ClientObserver.of(rd_kafka_opaque(client))?.logged(level, String(cString: facility), String(cString: words))
}

private let tokenWanted: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void = {
  client, _, opaque in
  ClientObserver.of(opaque)?.giveToken(to: client)
}
