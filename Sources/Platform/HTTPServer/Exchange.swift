internal import CMicroHTTPD
internal import Synchronization
internal import Threads

/// One request and its response, shared by the library's thread and the handler's task.
///
/// The library's connection is suspended while it has to wait for the handler. Suspending and resuming happen under the
/// lock, together with the flag: resuming a connection that is not suspended is forbidden.
final class Exchange: @unchecked Sendable {
  enum Input { case coming, complete, unwanted }
  struct State: @unchecked Sendable {
    /// The library's connection; nil once it is done with the request.
    var connection: OpaquePointer?
    var isSuspended = false
    var task: Task<Void, Never>?
    /// The client is gone, or the answer is complete.
    var isGone = false
    /// The handler and its stream have ended.
    var isFinished = false
    /// The stream broke off.
    var isFailed = false
    var response: HTTPResponse?
    var isQueued = false
    var input: [UInt8] = []
    var inputState = Input.coming
    var reader: CheckedContinuation<[UInt8]?, any Error>?
    var output: [UInt8] = []
    var outputPosition = 0
    var writers: [Int: CheckedContinuation<Void, any Error>] = [:]
    var lastWriter = 0
    var unsent: Int { output.count - outputPosition }
  }

  /// The most bytes buffered in either direction before the faster side has to wait.
  static let highWater = 64 << 10
  let state = Lock(State())
  let connection: ServedConnection?

  /// The address of the target in the head, and its original bytes. Only the library's thread touches these.
  let target: (address: UInt, bytes: [UInt8])
  var isHeadSeen = false
  var keepsAlive = false

  init(_ connection: OpaquePointer, target: (address: UInt, bytes: [UInt8]), on served: ServedConnection?) {
    self.target = target
    self.connection = served
    state.withLock { $0.connection = connection }
  }

  /// To be called under the lock.
  static func resume(_ state: inout State) {
    guard state.isSuspended, let connection = state.connection else { return }
    state.isSuspended = false
    MHD_resume_connection(connection)
  }
  /// To be called under the lock, from the library's thread.
  static func suspend(_ state: inout State) {
    guard !state.isSuspended, let connection = state.connection else { return }
    state.isSuspended = true
    MHD_suspend_connection(connection)
  }

  /// Runs the handler, and the stream that it answers with, in a task of its own.
  func start(_ request: HTTPRequest, _ handler: @escaping HTTPHandler) {
    let task = Task {
      let response = await handler(request)
      guard respond(response), case .stream(let write) = response.body, request.method != "HEAD" else {
        return finish(failed: false)
      }
      do {
        try await write(BodyWriter(self))
        finish(failed: false)
      } catch { finish(failed: true) }
    }
    let isLate = state.withLock { state in
      state.task = task
      return state.isGone
    }
    if isLate { task.cancel() }
  }

  /// Sets the response; the library may take it once the request is complete. False if it is too late.
  @discardableResult func respond(_ response: HTTPResponse) -> Bool {
    let (isFirst, reader) = state.withLock { state in
      if state.response != nil || state.isGone { return (false, nil as CheckedContinuation<[UInt8]?, any Error>?) }
      state.response = response
      if state.inputState == .coming { state.inputState = .unwanted }
      state.input = []
      let reader = state.reader
      state.reader = nil
      Self.resume(&state)
      return (true, reader)
    }
    reader?.resume(throwing: ClientGone())
    return isFirst
  }

  private func finish(failed: Bool) {
    state.withLock { state in
      state.isFinished = true
      state.task = nil
      state.isFailed = failed
      Self.resume(&state)
    }
  }

  /// The client hung up or the server stops: the handler is cancelled, and the library closes the connection.
  func abort() { leave { state in state.isGone || state.connection == nil } }

  /// Replaces the response after the handler took too long.
  func timeOut() {
    if respond(.text("The request took too long.\n", status: 503)) {
      state.withLock { state in state.task }?.cancel()
    }
  }

  /// The library is done with the request, however it went.
  func completed() {
    leave { state in
      state.connection = nil
      state.input = []
      state.output = []
      return false
    }
  }

  private func leave(_ isNothing: @Sendable (inout State) -> Bool) {
    let (task, reader, writers) = state.withLock { state in
      if isNothing(&state) { return (nil, nil, [:]) as Left }
      state.isGone = true
      defer { (state.reader, state.writers) = (nil, [:]) }
      Self.resume(&state)
      return (state.isFinished ? nil : state.task, state.reader, state.writers)
    }
    reader?.resume(throwing: ClientGone())
    for writer in writers.values { writer.resume(throwing: ClientGone()) }
    task?.cancel()
  }
  private typealias Left = (
    Task<Void, Never>?, CheckedContinuation<[UInt8]?, any Error>?, [Int: CheckedContinuation<Void, any Error>]
  )
}
