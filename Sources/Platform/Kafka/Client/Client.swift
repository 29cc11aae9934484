internal import CRdKafka
internal import Dispatch
internal import Synchronization
internal import Threads

/// One librdkafka client: the handle, the target of its callbacks, and its orderly end.
///
/// Any thread may use the handle from `init` until `destroy`; the owner of the client makes sure that none does
/// afterwards.
final class Client: @unchecked Sendable {
  let handle: OpaquePointer
  let observer: ClientObserver
  var context: ErrorContext { observer.context }

  /// Makes the client; nothing is connected yet that could be waited for.
  init(
    _ kind: rd_kafka_type_t, _ settings: consuming Settings, _ observer: ClientObserver
  ) throws(KafkaError) {
    settings.withTable { observer.attach(to: $0) }
    handle = try settings.makeClient(kind)
    self.observer = observer
    // Given to the library; `destroy` takes it back.
    _ = Unmanaged.passRetained(observer)
  }

  /// The error after which the library does nothing more with this handle, if any.
  var fatalError: KafkaError? {
    guard rd_kafka_fatal_error(handle, nil, 0) != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
    var detail = [CChar](repeating: 0, count: 512)
    let code = rd_kafka_fatal_error(handle, &detail, detail.count)
    return context.error(code, text(detail), isFatal: true)
  }

  /// Requests metadata until a broker answers.
  ///
  /// Blocks; for a thread of its own. Ends as soon as the login or TLS is refused, because waiting would not help.
  ///
  /// - Parameter isNew: false for a client that has been connected: a login that was refused once may be accepted now.
  /// - Throws: the most informative error.
  func awaitBroker(within limit: Duration, isNew: Bool = true) throws(KafkaError) {
    let end = ContinuousClock.now + limit
    while true {
      if isNew, let hopeless = observer.errors.last(where: { $0.isHopeless }) { throw hopeless }
      let rest = ContinuousClock.now.duration(to: end)
      guard rest > .zero else { break }
      var found: UnsafePointer<rd_kafka_metadata>?
      // The library's wait can't be cut short, so it is called repeatedly with a short one.
      let code = rd_kafka_metadata(handle, 0, nil, &found, min(rest, .milliseconds(200)).wholeMilliseconds)
      if let found { rd_kafka_metadata_destroy(found) }
      if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
    }
    throw observer.errors.last ?? context.error(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "no answer within \(limit)")
  }

  /// Destroys the handle on a thread of its own and waits for it at most this long.
  ///
  /// Blocks. A handle whose destruction hangs keeps its thread and its memory: the library offers no alternative, and a
  /// hanging process would be worse.
  @discardableResult
  func destroy(within limit: Duration) -> Bool {
    let isOver = DispatchSemaphore(value: 0)
    let (handle, observer) = (SendablePointer(handle), observer)
    OwnThread.require("kafka-destroy") {
      rd_kafka_destroy_flags(handle.pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
      Unmanaged.passUnretained(observer).release()
      isOver.signal()
    }
    return isOver.wait(timeout: .now() + .milliseconds(Int(limit.wholeMilliseconds))) == .success
  }
}

/// A C pointer on its way to another thread, which then is the only one to use it.
struct SendablePointer: @unchecked Sendable {
  let pointer: OpaquePointer
  init(_ pointer: OpaquePointer) { self.pointer = pointer }
}

extension KafkaError {
  /// Waiting does not heal it.
  var isHopeless: Bool {
    switch reason {
    case .authenticationRefused, .scramNeedsNewerLibrary, .tlsFailure, .certificateRefused: true
    default: false
    }
  }
}
