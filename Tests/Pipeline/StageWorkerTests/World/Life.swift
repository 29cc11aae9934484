import Journal
import MessageLog
import PaperModel
import Synchronization

/// One life of one worker, and its fault: every call of the worker to the outside goes through here.
final class Life: Sendable {
  /// The kinds of faults.
  enum Fault: String, CaseIterable {
    case failBefore, failAfter, crashBefore, crashAfter, freezeBefore
  }
  /// The error of a dead worker's calls.
  struct Dead: Error {}

  private struct State {
    var calls: [String] = []
    var isDead = false
    var isFrozen = false
  }

  let worker: WorkerID
  let signal: Doorbell
  private let fault: (call: Int, kind: Fault)?
  private let thawing = Doorbell()
  private let state = Mutex(State())

  /// - Parameter fault: the index of the faulty call, from 0, and the kind of fault.
  init(_ name: String, fault: (call: Int, kind: Fault)? = nil, signal: Doorbell) {
    worker = WorkerID(name)
    self.fault = fault
    self.signal = signal
  }

  /// The calls so far, by site.
  var calls: [String] { state.withLock { $0.calls } }
  var isDead: Bool { state.withLock { $0.isDead } }
  var isFrozen: Bool { state.withLock { $0.isFrozen } }

  func die() { state.withLock { $0.isDead = true } }

  func thaw() {
    state.withLock { $0.isFrozen = false }
    thawing.ring()
  }

  func call<Result>(
    _ site: String, _ error: any Error, _ body: () async throws -> Result
  ) async throws -> Result {
    let struck: Fault? = try state.withLock { state in
      if state.isDead { throw Dead() }
      state.calls.append(site)
      guard let fault, fault.call == state.calls.count - 1 else { return nil }
      state.isDead = fault.kind == .crashBefore
      state.isFrozen = fault.kind == .freezeBefore
      return fault.kind
    }
    switch struck {
    case nil: return try await body()
    case .failBefore: throw error
    case .failAfter:
      _ = try await body()
      throw error
    case .crashBefore: throw Dead()
    case .crashAfter:
      _ = try await body()
      die()
      throw Dead()
    case .freezeBefore:
      signal.ring()
      // Frozen means that not even a cancellation is noticed.
      try await Task { try await thawing.wait(past: 0) }.value
      return try await body()
    }
  }
}

extension Life {
  /// How often a stage of a paper was claimed in this life.
  func claims() -> Int { calls.filter { $0 == "append claimed paper" }.count }
}
