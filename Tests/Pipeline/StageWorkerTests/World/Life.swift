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
    var underWay = 0
    var refused: Set<String> = []
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
  /// Whether it is frozen, and of its calls only the frozen one has not ended.
  var isFrozen: Bool { state.withLock { $0.isFrozen && $0.underWay == 1 } }

  /// From now on these calls fail, by the first words of their sites; none for the empty set.
  func refuse(_ sites: Set<String>) { state.withLock { $0.refused = sites } }

  func die() { state.withLock { $0.isDead = true } }

  func thaw() {
    state.withLock { $0.isFrozen = false }
    thawing.ring()
  }

  func call<Result>(
    _ site: String, _ error: any Error, _ body: () async throws -> Result
  ) async throws -> Result {
    // A frozen process makes no other calls either.
    if state.withLock({ $0.isFrozen }) { try await untilThawed() }
    let struck: Fault? = try state.withLock { state in
      if state.isDead { throw Dead() }
      state.calls.append(site)
      if state.refused.contains(where: site.hasPrefix) { throw error }
      state.underWay += 1
      guard let fault, fault.call == state.calls.count - 1 else { return nil }
      state.isDead = fault.kind == .crashBefore
      state.isFrozen = fault.kind == .freezeBefore
      return fault.kind
    }
    defer {
      let isFrozen = state.withLock { state in
        state.underWay -= 1
        return state.isFrozen
      }
      if isFrozen { signal.ring() }
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
      try await untilThawed()
      return try await body()
    }
  }

  /// A frozen process does not even notice a cancellation.
  private func untilThawed() async throws { try await Task { try await thawing.wait(past: 0) }.value }
}

extension Life {
  /// How often a stage of a paper was claimed in this life.
  func claims() -> Int { calls.filter { $0 == "append claimed paper" }.count }
}
