import Glibc
import HTTPServer
import Synchronization
import Threads

/// A server with a few routes, for one test.
final class World: Sendable {
  let server: HTTPServer
  /// The events inside, in order.
  let seen = Journal()

  init(
    _ address: HTTPAddress = .tcp(host: "127.0.0.1", port: 0), identity: TLSIdentity? = nil,
    limits: HTTPServerLimits = HTTPServerLimits(), clock: any Clock<Duration> = ContinuousClock()
  ) throws {
    let seen = seen
    let routes = HTTPRoutes([
      .init("GET", "/") { _ in .text("reached\n") },
      .init("POST", "/echo") { request in
        guard let bytes = try? await request.body.all() else { return .text("gone\n", status: 400) }
        return .bytes(bytes, type: "application/octet-stream")
      },
      .init("POST", "/deaf") { _ in .text("no need\n") },
      .init("POST", "/slow") { request in
        // Takes one piece, and the next only when it is told to.
        _ = try? await request.body.next()
        seen.add("first piece")
        await seen.wait(for: "go on")
        let rest = (try? await request.body.all()) ?? []
        return .text("\(rest.count)\n")
      },
      .init("GET", "/papers/:name/log") { .text("\($0.pathValues["name"] ?? "") \($0.query("since") ?? "-")\n") },
      .init("GET", "/stuck") { _ in
        seen.add("stuck")
        await seen.wait(for: "never")
        seen.add(Task.isCancelled ? "cancelled" : "freed")
        return .text("at last\n")
      },
      .init("GET", "/events") { _ in
        .events(keepAlive: .milliseconds(20)) { events in
          seen.add("streaming")
          try await events.send("one\ntwo", event: "news", id: "7")
          await seen.wait(for: "never")
          seen.add(Task.isCancelled ? "stream cancelled" : "stream freed")
        }
      },
      .init("GET", "/flood") { _ in
        HTTPResponse(
          200,
          .stream { body in
            let piece = [UInt8](repeating: 65, count: 16 << 10)
            for _ in 0..<4096 {
              try await body.write(piece)
              seen.count()
            }
          })
      },
      .init("GET", "/broken") { _ in
        HTTPResponse(
          200,
          .stream { body in
            try await body.write("a part")
            throw ClientGone()
          })
      },
    ])
    server = try HTTPServer(address, identity: identity, limits: limits, clock: clock) {
      await routes.respond(to: $0)
    }
  }

  var address: HTTPAddress { server.address }
  func close() async { await server.stop(drainLimit: .zero) }
}

/// Records words, and wakes tasks that wait for one.
final class Journal: Sendable {
  private struct State {
    var words: [String] = []
    var waiters: [Int: (word: String, task: CheckedContinuation<Void, Never>)] = [:]
    var last = 0
    var count = 0
  }
  private let state = Lock(State())
  var words: [String] { state.withLock { $0.words } }
  var counted: Int { state.withLock { $0.count } }
  func count() { state.withLock { $0.count += 1 } }

  func add(_ word: String) {
    let due = state.withLock { state in
      state.words.append(word)
      let due = state.waiters.filter { $0.value.word == word }
      for number in due.keys { state.waiters[number] = nil }
      return due.values.map(\.task)
    }
    for task in due { task.resume() }
  }

  /// Returns when the word was recorded, or on cancellation.
  func wait(for word: String) async {
    let number = state.withLock { state in
      state.last += 1
      return state.last
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { task in
        let isOver = state.withLock { state in
          if state.words.contains(word) || Task.isCancelled { return true }
          state.waiters[number] = (word, task)
          return false
        }
        if isOver { task.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: number) }?.task.resume()
    }
  }
}

/// A correct `GET` request.
func get(_ path: String, _ more: String = "Connection: close\r\n") -> String {
  "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(more)\r\n"
}

/// A correct `POST` request.
func post(_ path: String, _ body: String) -> String {
  "POST \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
}
