import PaperModel
import Synchronization
import Testing
import YAML

@testable import LanguageModels

/// Calls that wait until their endpoint can take them.
@Suite(.timeLimit(.minutes(1))) struct PacerTests {
  private let clock = ManualClock()
  private let pacer: CallPacer
  private let model: LanguageModel

  init() throws {
    pacer = CallPacer(clock)
    let text = """
      models: {m: {protocol: openai, endpoint: "http://127.0.0.1:9/v1", context: 100, output: 50, free: true,
        limits: {in-flight: 1}}}
      """
    model = try ModelCatalogue(try YAMLDocument(parsing: text, file: "models.yaml")).models["m"]!
  }

  private func paper(_ number: Int) -> StreamID { StreamID(.paper, "c.\(number)")! }

  private func until(waiting count: Int) async { while await pacer.waitingCount != count { await Task.yield() } }

  @Test func `papers are served in turn, each paper's calls in their order`() async throws {
    let first = try #require(try await pacer.begin(model, for: paper(1), worst: 10))
    let order = Order()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (count, call) in [(1, "a"), (1, "b"), (1, "c"), (2, "d")].enumerated() {
        group.addTask {
          let begun = try #require(try await pacer.begin(model, for: paper(call.0), worst: 10))
          order.add(call.1)
          await pacer.end(begun, .served, unused: 0)
        }
        await until(waiting: count + 1)
      }
      await pacer.end(first, .served, unused: 0)
      try await group.waitForAll()
    }
    #expect(order.names == ["d", "a", "b", "c"])
  }

  @Test func `a provider's wait holds for all calls, and none waits longer than a minute`() async throws {
    let limited = try #require(try await pacer.begin(model, for: paper(1), worst: 10))
    await pacer.end(limited, .limited(retryAfter: 30), unused: 10)
    async let next = pacer.begin(model, for: paper(2), worst: 10)
    await until(waiting: 1)
    clock.advance(seconds: 29)
    #expect(await pacer.waitingCount == 1)
    clock.advance(seconds: 2)
    let begun = try #require(try await next)
    // The only place is taken, and its call does not end.
    async let never = pacer.begin(model, for: paper(3), worst: 10)
    await until(waiting: 1)
    clock.advance(seconds: 61)
    #expect(try await never == nil)
    await pacer.end(begun, .served, unused: 0)
  }

  @Test func `a call that is cancelled leaves its place to the next`() async throws {
    let first = try #require(try await pacer.begin(model, for: paper(1), worst: 10))
    let cancelled = Task { try await pacer.begin(model, for: paper(2), worst: 10) }
    await until(waiting: 1)
    cancelled.cancel()
    await #expect(throws: CancellationError.self) { _ = try await cancelled.value }
    async let next = pacer.begin(model, for: paper(3), worst: 10)
    await until(waiting: 1)
    await pacer.end(first, .served, unused: 0)
    let begun = try #require(try await next)
    await pacer.end(begun, .served, unused: 0)
  }
}

/// The order in which calls began.
private final class Order: Sendable {
  private let list = Mutex<[String]>([])
  var names: [String] { list.withLock { $0 } }
  func add(_ name: String) { list.withLock { $0.append(name) } }
}
