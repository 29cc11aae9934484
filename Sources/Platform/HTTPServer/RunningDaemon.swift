internal import Synchronization
internal import Threads

/// A daemon with its listening socket, and the objects that its callbacks use.
final class RunningDaemon: Sendable {
  private let core: ServerCore
  private let daemon: Lock<Daemon?>
  private let socket: Lock<ListeningSocket?>

  init(
    _ socket: consuming ListeningSocket, _ core: ServerCore, limits: HTTPServerLimits, identity: TLSIdentity?
  ) throws(HTTPServerError) {
    let daemon = try Daemon(try socket.copy(), core, limits: limits, identity: identity)
    self.core = core
    self.daemon = Lock(daemon)
    self.socket = Lock(socket)
  }

  /// Closes the listening socket.
  func acceptNothingMore() {
    daemon.withLock { daemon in
      switch daemon {
      case .some(let daemon): daemon.quiesce()
      case .none: break
      }
    }
    socket.withLock { $0 = nil }
  }

  /// Ends the daemon. Blocks until its thread has ended. Nothing may be suspended any more.
  func stop() {
    if let daemon = daemon.withLock({ $0.take() }) { daemon.stop() }
    core.watch.stop()
  }
}
