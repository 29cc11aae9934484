import ChildProcesses
import Foundation
import Glibc
import Synchronization

/// A worker process that is started again whenever it ends, as a supervisor would do, until it is asked to leave.
final class CrewMember: Sendable {
  private struct State {
    var child: RunningChild?
    var isFrozen = false
    var isLeaving = false
    var starts = 0
    /// Unexpected ends of the process.
    var surprises: [String] = []
  }

  let name: String
  private let machine: Machine
  private let words: [String]
  /// Whether it is started again after a kill.
  private let returns: Bool
  private let state = Mutex(State())
  private let work: Mutex<Task<Void, Never>?> = Mutex(nil)

  init(_ name: String, _ machine: Machine, _ words: [String], returns: Bool = true) {
    self.name = name
    self.machine = machine
    self.words = words
    self.returns = returns
  }

  /// Whether the process works and is not frozen.
  var isAwake: Bool { state.withLock { $0.child != nil && !$0.isFrozen && !$0.isLeaving } }
  var starts: Int { state.withLock { $0.starts } }
  var surprises: [String] { state.withLock { $0.surprises } }

  /// Starts it, unless it runs.
  func start() {
    work.withLock { work in
      if work == nil { work = Task { await self.workOn() } }
    }
  }

  /// Kills it with SIGKILL; it is started again.
  /// - Returns: the time, in microseconds since 1970; nil if there is no process now.
  func kill() -> Int64? { send(SIGKILL) { $0.isFrozen = false } }

  /// Freezes the process.
  func freeze() -> Bool { send(SIGSTOP) { $0.isFrozen = true } != nil }

  /// Continues the process.
  func thaw() { _ = send(SIGCONT) { $0.isFrozen = false } }

  /// Asks it to leave, and waits until it has left. It may be started again.
  func leave() async {
    thaw()
    let isThere = send(SIGTERM) { $0.isLeaving = true } != nil
    if !isThere { state.withLock { $0.isLeaving = true } }
    await gone()
    state.withLock { $0.isLeaving = false }
  }

  /// Kills it for good.
  func vanish() async {
    state.withLock { $0.isLeaving = true }
    _ = kill()
    await gone()
  }

  /// Waits until a process that is not started again has ended.
  func gone() async {
    let work = work.withLock { $0 }
    await work?.value
    self.work.withLock { $0 = nil }
  }

  private func send(_ signal: Int32, _ change: (inout State) -> Void) -> Int64? {
    state.withLock { state in
      guard let process = state.child?.processID, Glibc.kill(process, signal) == 0 else { return nil }
      change(&state)
      return Pace.now
    }
  }

  private func workOn() async {
    repeat {
      let report = try? await machine.run(["worker", "--name", name] + words, limit: .seconds(1_500)) { child in
        let isLate = self.state.withLock { state in
          state.child = child
          state.starts += 1
          return state.isLeaving
        }
        // It was asked to leave before it ran.
        if isLate { _ = self.send(SIGKILL) { _ in } }
      }
      note(report)
    } while returns && !state.withLock { $0.isLeaving }
  }

  private func note(_ report: ChildReport?) {
    let number = state.withLock { state in
      state.child = nil
      state.isFrozen = false
      let isWanted = report?.end == .signalled(SIGKILL) || report?.end == .exited(0) && state.isLeaving
      if !isWanted { state.surprises.append("\(name): \(report?.end as Any) \(report?.errors.text.suffix(800) ?? "")") }
      return state.starts
    }
    guard let folder = ProcessInfo.processInfo.environment["SHOAL_CHAOS_LOGS"], let report else { return }
    try? report.errors.text.write(toFile: "\(folder)/\(name).\(number).log", atomically: false, encoding: .utf8)
  }
}

extension Sequence where Element == CrewMember {
  /// Runs the body with a crew of workers; no process of theirs is left afterwards.
  func atWork(_ body: () async throws -> Void) async throws {
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    await concurrently { await $0.vanish() }
    try result.get()
  }

  /// Runs the body for all of them at the same time.
  func concurrently(_ body: @escaping @Sendable (CrewMember) async -> Void) async {
    await withTaskGroup(of: Void.self) { group in for member in self { group.addTask { await body(member) } } }
  }
}
