import CLinux
import GeneratorTestSupport
import Glibc
import HTTPServer
import Synchronization
import Testing

/// Clients that disconnect, clients that are slow, and a server that stops.
@Suite struct LeavingTests {
  @Test func `a client that hangs up cancels its handler and its event stream`() async throws {
    let world = try World()
    let (address, seen) = (world.address, world.seen)
    var waiting = RawClient(address)
    waiting?.send(get("/stuck"))
    await seen.wait(for: "stuck")
    waiting = nil
    await seen.wait(for: "cancelled")
    var listening = RawClient(address)
    listening?.send(get("/events"))
    await seen.wait(for: "streaming")
    listening = nil
    await seen.wait(for: "stream cancelled")
    await world.close()
  }

  @Test func `an event stream sends well-formed events, and comments while there are none`() async throws {
    let world = try World()
    let address = world.address
    let text = await onThread {
      guard let client = RawClient(address) else { return "" }
      client.send(get("/events", ""))
      return client.receive(until: "\n\n") + client.receive(until: ":\n\n\r\n3\r\n:\n\n")
    }
    #expect(text.contains("Content-Type: text/event-stream"))
    #expect(text.contains("event: news\nid: 7\ndata: one\ndata: two\n\n"))
    await world.close()
  }

  @Test func `a client that does not read holds its stream back`() async throws {
    let world = try World()
    let address = world.address
    let client = RawClient(address)
    client?.send(get("/flood"))
    _ = await onThread { client?.receive() }
    // 64 MiB are offered; the buffers of the sockets and of the server hold a few.
    #expect(world.seen.counted < 2048)
    await world.close()
  }

  @Test func `slow heads and bodies are cut off at their limits, without effect on other clients`() async throws {
    var limits = HTTPServerLimits()
    (limits.head, limits.body, limits.idle) = (.milliseconds(150), .milliseconds(150), .milliseconds(150))
    let world = try World(limits: limits)
    let address = world.address
    let slow = [
      "GET / HTTP/1.1\r\nHost: a\r\nX: ", "GET /", "",
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
      get("/", ""),
    ]
    let clients = (0..<200).compactMap { index in
      let client = RawClient(address)
      client?.send(slow[index % slow.count])
      return client
    }
    #expect(clients.count == 200)
    for _ in 0..<20 { #expect(await ask(address, get("/")).status == 200) }
    let ends = await onThread { clients.map { $0.receiveAll().status } }
    #expect(ends.enumerated().allSatisfy { $0.element == ($0.offset % 5 == 4 ? 200 : 0) })
    await world.close()
  }

  @Test func `a handler that takes too long is cancelled, and its client gets an error`() async throws {
    var limits = HTTPServerLimits()
    limits.handler = .milliseconds(50)
    let world = try World(limits: limits)
    #expect(await ask(world.address, get("/stuck")).status == 503)
    await world.seen.wait(for: "cancelled")
    await world.close()
  }

  @Test func `connections over the limit wait until one is free`() async throws {
    var limits = HTTPServerLimits()
    limits.connections = 2
    let world = try World(limits: limits)
    let (address, seen) = (world.address, world.seen)
    var held = [RawClient(address), RawClient(address)]
    for client in held { client?.send(get("/stuck")) }
    await seen.wait(for: "stuck")
    let third = Task { await ask(address, get("/")) }
    while world.server.connectionCount < 2 { await Task.yield() }
    #expect(world.server.connectionCount == 2)
    held = []
    #expect(await third.value.status == 200)
    await world.close()
  }

  @Test func `a drain lets requests end, accepts no more, and then cuts off the rest`() async throws {
    let world = try World()
    let (address, seen, server) = (world.address, world.seen, world.server)
    let ending = Task { await ask(address, post("/slow", "abc")) }
    let stuck = Task { await ask(address, get("/stuck")) }
    await seen.wait(for: "first piece")
    await seen.wait(for: "stuck")
    let stopping = Task { await server.stop(drainLimit: .milliseconds(300)) }
    while RawClient(address) != nil { await Task.yield() }
    seen.add("go on")
    #expect(await ending.value.status == 200)
    #expect(await stuck.value == "")
    await stopping.value
    #expect(seen.words.contains("cancelled"))
    await server.stop(drainLimit: .zero)
  }

  @Test func `a server can be stopped at any moment, and leaves no thread and no descriptor behind`() async throws {
    try await World().close()
    let before = Self.descriptors()
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<40 {
      let world = try World()
      let address = world.address
      let paths = ["/", "/stuck", "/events", "/flood", "/broken"]
      let clients = (0..<12).compactMap { _ in
        let client = RawClient(address)
        client?.send(get(paths.randomElement(using: &generator) ?? "/", ""))
        return client
      }
      if Bool.random(using: &generator) { _ = await ask(address, get("/")) }
      await world.close()
      #expect(clients.count == 12)
    }
    while Self.descriptors() > before { await Task.yield() }
    #expect(Self.descriptors() <= before)
  }

  static func descriptors() -> Int { entries("/proc/self/fd") }
  static func entries(_ path: String) -> Int {
    guard let folder = opendir(path) else { return -1 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
  }
}
