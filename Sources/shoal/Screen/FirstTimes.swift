import Synchronization

/// Remembers texts, so that a repeated message is reported once.
final class FirstTimes: Sendable {
  private let seen = Mutex<Set<String>>([])

  func isFirst(_ text: String) -> Bool { seen.withLock { $0.insert(text).inserted } }
}
