import CLinux
import Glibc
import HTTPServer
import Testing

/// Many requests at once, and many one after the other.
@Suite(.serialized) struct LoadTests {
  /// Raises the limit on descriptors as far as is allowed, and returns it.
  private static let descriptors: UInt = {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return limit.rlim_cur
  }()

  /// A number of `/proc/self/status`, in KiB if it is an amount of memory.
  private static func status(_ key: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if text.hasPrefix(key + ":") { return Int(text.split { !$0.isNumber }.first ?? "0") ?? 0 }
    }
    return 0
  }

  /// Opens this many connections with a request each; returns how many got no answer.
  private func connect(_ count: Int, to address: HTTPAddress) async -> Int {
    await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          await onThread {
            (0..<count / 4).count { _ in
              guard let client = RawClient(address) else { return true }
              client.send(get("/"))
              return client.receiveAll().status != 200
            }
          }
        }
      }
      return await group.reduce(0, +)
    }
  }

  @Test func `each of a hundred thousand connections gets its answer, and none leaks`() async throws {
    let world = try World()
    #expect(await connect(4000, to: world.address) == 0)
    while world.server.connectionCount > 0 { await Task.yield() }
    let (descriptors, memory, threads) = (
      LeavingTests.descriptors(), Self.status("VmRSS"), Self.status("Threads")
    )
    let lost = await connect(100_000, to: world.address)
    #expect(lost == 0)
    while world.server.connectionCount > 0 || LeavingTests.descriptors() > descriptors { await Task.yield() }
    #expect(Self.status("Threads") <= threads + 2)
    #expect(Self.status("VmRSS") - memory < 16 << 10, "KiB")
    await world.close()
  }

  @Test(.enabled(if: descriptors >= 10_600, "the limit on open files is below 10,600"))
  func `five thousand idle event streams are held in little memory, and leave when their clients do`() async throws {
    let count = 5000
    var limits = HTTPServerLimits()
    limits.connections = count + 10
    let seen = Journal()
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0), limits: limits) { _ in
      .events { events in
        try await events.send("hello")
        await seen.wait(for: "bye")
        try await events.send("bye")
        await seen.wait(for: "never")
      }
    }
    let address = server.address
    let before = Self.status("VmRSS")
    let clients = await onThread {
      (0..<count).compactMap { _ in
        let client = RawClient(address)
        client?.send(get("/", ""))
        return client?.receive(until: "data: hello").contains("data: hello") == true ? client : nil
      }
    }
    #expect(clients.count == count && server.requestCount == count)
    #expect(Self.status("VmRSS") - before < 300 << 10, "KiB")
    seen.add("bye")
    let reached = await onThread { clients.count { $0.receive(until: "data: bye").contains("data: bye") } }
    #expect(reached == count)
    for client in clients { client.hangUpHalf() }
    while server.requestCount > 0 { await Task.yield() }
    await server.stop(drainLimit: .zero)
  }
}
