internal import Glibc
internal import Synchronization
internal import Threads

/// An HTTP/1.1 server: asynchronous handlers on libmicrohttpd, over TCP, a Unix socket, or TLS.
///
/// Two threads serve all connections; handlers run in tasks. A request that could be understood in two ways is refused
/// with 400 and its connection closed, see `HeadRules`. Requests with a chunked body are refused with 411: the length
/// of every body is known from its head.
public final class HTTPServer: Sendable {
  /// Where it listens, with the port that the system chose.
  public let address: HTTPAddress
  /// Nil once it stops.
  private let running: Lock<RunningDaemon?>
  private let core: ServerCore
  private let clock: any Clock<Duration>

  /// How long requests that were cut off at the end of a drain have to leave, before the thread is ended anyway.
  private static let leavingLimit = Duration.seconds(5)

  /// Begins to serve.
  /// - Parameters:
  ///   - identity: certificate and key for TLS.
  ///   - clock: measures the drain limit.
  ///   - handler: answers the requests, many at a time. `HTTPRoutes.respond` is one.
  public init(
    _ address: HTTPAddress, identity: TLSIdentity? = nil, limits: HTTPServerLimits = HTTPServerLimits(),
    clock: any Clock<Duration> = ContinuousClock(), handler: @escaping HTTPHandler
  ) throws(HTTPServerError) {
    try Self.checkDescriptors(limits)
    let socket = try ListeningSocket(address)
    let core = try ServerCore(limits, isPlain: identity == nil, handler)
    let place = socket.address
    let daemon: RunningDaemon
    do throws(HTTPServerError) {
      daemon = try RunningDaemon(socket, core, limits: limits, identity: identity)
    } catch {
      core.watch.stop()
      throw error
    }
    self.address = place
    running = Lock(daemon)
    self.core = core
    self.clock = clock
  }

  /// Serves a table of routes.
  /// - Throws: as the other one.
  public convenience init(
    _ address: HTTPAddress, identity: TLSIdentity? = nil, limits: HTTPServerLimits = HTTPServerLimits(),
    routes: [HTTPRoutes.Route]
  ) throws(HTTPServerError) {
    let table = HTTPRoutes(routes)
    try self.init(address, identity: identity, limits: limits) { await table.respond(to: $0) }
  }

  /// Connections that are open.
  public var connectionCount: Int { core.watch.count }
  /// Requests that are being answered, streams included.
  public var requestCount: Int { core.inHand.count }

  /// Accepts no more requests, lets running ones continue for a while, breaks off the rest and ends. Returns when the
  /// server has ended; a second call returns at once.
  public func stop(drainLimit: Duration) async {
    guard let running = running.withLock({ $0.take() }) else { return }
    core.enter(.draining)
    running.acceptNothingMore()
    await core.inHand.waitForNone(atMost: drainLimit, clock)
    core.breakOff()
    await core.inHand.waitForNone(atMost: Self.leavingLimit, ContinuousClock())
    await OwnThread.run("http-stop") { running.stop() }
  }

  /// Dropping the last reference ends the server without a drain.
  deinit {
    guard let running = running.withLock({ $0.take() }) else { return }
    let core = core
    let end: @Sendable () -> Void = {
      core.enter(.draining)
      running.acceptNothingMore()
      core.breakOff()
      running.stop()
    }
    if OwnThread.start("http-stop", end) != 0 { end() }
  }

  private static func checkDescriptors(_ limits: HTTPServerLimits) throws(HTTPServerError) {
    var allowed = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &allowed) == 0 else { return }
    let needed = limits.connections + 64
    guard allowed.rlim_cur >= needed else { throw .tooFewDescriptors(needed: needed, allowed: Int(allowed.rlim_cur)) }
  }
}
