internal import Synchronization

/// Ages heartbeats until the next one, so that tests need not wait.
final class HeartbeatAge: Sendable {
  private struct State {
    var passed: Int64 = 0
    var beganAt: [String: Int64] = [:]
  }

  private let state = Mutex(State())

  /// Ages all existing heartbeats by some seconds.
  func letPass(seconds: Int) { state.withLock { $0.passed += Int64(seconds) } }

  func begin(_ key: String) { state.withLock { $0.beganAt[key] = $0.passed } }

  func seconds(of key: String) -> Int64 { state.withLock { $0.passed - ($0.beganAt[key] ?? 0) } }
}
