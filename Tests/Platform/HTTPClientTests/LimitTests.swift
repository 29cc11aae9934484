import FoundationEssentials
import Glibc
import HTTPClient
import ServiceTestSupport
import Synchronization
import Testing
import Threads

@Suite("Limits, cancellation and close", .timeLimit(.minutes(10)), .serialized) struct LimitTests {
  private static let silent = LoopbackServer { connection, _ in connection.waitForEnd() }

  private func reason(_ client: HTTPClient, _ request: OutgoingRequest) async -> HTTPClientError.Reason? {
    let error = await #expect(throws: HTTPClientError.self) { _ = try await client.answer(to: request) }
    #expect(error?.description.hasSuffix(".") == true)
    return error?.reason
  }

  @Test func `a closed port, an unknown name and a bad address give different errors`() async throws {
    let gone = LoopbackServer { _, _ in }
    gone.stop()
    let client = try HTTPClient()
    #expect(await reason(client, OutgoingRequest("GET", gone.url)) == .refused)
    #expect(await reason(client, OutgoingRequest("GET", "http://no-such-host.invalid/")) == .nameNotResolved)
    for url in ["", "host", "ftp://host/", "file:///etc/passwd", "http://", "http://a b/", "http://u:p@host/"] {
      #expect(await reason(client, OutgoingRequest("GET", url)) == .invalidRequest, "\(url)")
    }
    #expect(await reason(client, OutgoingRequest("get", "http://host/")) == .invalidRequest)
    let smuggled = OutgoingRequest("GET", "http://host/", headers: ["A": "b\r\nC: d"])
    #expect(await reason(client, smuggled) == .invalidRequest)
    await client.close()
  }

  @Test func `a connection that is not made in time is given up`() async throws {
    // A listener whose backlog is full accepts no more connections.
    let full = FullListener()
    let client = try HTTPClient()
    var request = OutgoingRequest("GET", "http://127.0.0.1:\(full.port)/")
    request.limits.connect = .milliseconds(500)
    let error = await #expect(throws: HTTPClientError.self) { _ = try await client.answer(to: request) }
    #expect(error?.reason == .timedOut(.connect) && error?.mayHaveArrived == false)
    await client.close()
  }

  @Test func `cancellation ends a transfer at once, whatever it is at`() async throws {
    let isAsked = AsyncSignal()
    let isEnded = AsyncSignal()
    let server = LoopbackServer { connection, _ in
      guard connection.head() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\n\r\nbegun")
      isAsked.fire()
      connection.waitForEnd()
      isEnded.fire()
    }
    let client = try HTTPClient()
    let body = Task { try await client.answer(to: OutgoingRequest("GET", server.url)) }
    await isAsked.wait()
    body.cancel()
    await #expect(throws: CancellationError.self) { _ = try await body.value }
    await isEnded.wait()
    let head = Task { try await client.send(OutgoingRequest("GET", Self.silent.url)) }
    head.cancel()
    await #expect(throws: CancellationError.self) { _ = try await head.value }
    await client.close()
  }

  @Test func `an answer that is not read to its end frees its connection`() async throws {
    let isEnded = AsyncSignal()
    let server = LoopbackServer { connection, _ in
      guard connection.head() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\n\r\nbegun")
      connection.waitForEnd()
      isEnded.fire()
    }
    let client = try HTTPClient()
    let status = try await client.send(OutgoingRequest("GET", server.url)).status
    #expect(status == 200)
    await isEnded.wait()
    await client.close()
  }

  @Test func `closing ends running, waiting and later requests`() async throws {
    var settings = HTTPClient.Settings()
    settings.mostPerHost = 2
    let client = try HTTPClient(settings)
    let isAsked = AsyncSignal()
    let server = LoopbackServer { connection, _ in
      if connection.head() != nil { isAsked.fire() }
      connection.waitForEnd()
    }
    let reasons = await withTaskGroup(of: HTTPClientError.Reason?.self) { group in
      for _ in 0..<20 { group.addTask { await reason(client, OutgoingRequest("GET", server.url)) } }
      await isAsked.wait()
      await client.close()
      return await group.reduce(into: [HTTPClientError.Reason?]()) { $0.append($1) }
    }
    #expect(reasons == Array(repeating: .closed, count: 20))
    #expect(await reason(client, OutgoingRequest("GET", server.url)) == .closed)
    await client.close()
  }

  @Test func `more requests than may wait are refused`() async throws {
    var settings = HTTPClient.Settings()
    settings.mostRequests = 10
    let client = try HTTPClient(settings)
    await withTaskGroup(of: HTTPClientError.Reason?.self) { group in
      for _ in 0..<15 { group.addTask { await reason(client, OutgoingRequest("GET", Self.silent.url)) } }
      for _ in 0..<5 {
        let refused = await group.next()
        #expect(refused == .overloaded)
      }
      await client.close()
      for await rest in group { #expect(rest == .closed) }
    }
  }

  @Test func `ten thousand requests wait at once, and each is answered when its turn comes`() async throws {
    let opened = Lock(0)
    let gate = AsyncSignal()
    let server = LoopbackServer { connection, _ in
      while connection.request() != nil {
        opened.withLock { $0 += 1 }
        connection.answer(204)
      }
    }
    let client = try HTTPClient()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<10_000 {
        group.addTask {
          await gate.wait()
          return try await client.answer(to: OutgoingRequest("GET", server.url)).status
        }
      }
      gate.fire()
      for try await status in group { #expect(status == 204) }
    }
    #expect(opened.withLock { $0 } == 10_000 && server.connectionCount <= 64)
    await client.close()
  }

  @Test func `clients that are closed or released leak no descriptor and no thread`() async {
    // In a process of its own: parallel tests have clients too.
    await #expect(processExitsWith: .success) { try await useAHundredClients() }
  }
}

private func useAHundredClients() async throws {
  let server = LoopbackServer { connection, _ in
    while connection.request() != nil { connection.answer(200, [], [1]) }
  }
  let silent = LoopbackServer { connection, _ in connection.waitForEnd() }
  func once(closing: Bool) async throws {
    let client = try HTTPClient()
    for _ in 0..<3 { _ = try await client.answer(to: OutgoingRequest("GET", server.url)) }
    let cancelled = Task { try await client.answer(to: OutgoingRequest("GET", silent.url)) }
    cancelled.cancel()
    _ = try? await cancelled.value
    if closing { await client.close() }
  }
  try await once(closing: true)
  for _ in 0..<5000 where try threads("http-client") > 0 { _ = server.roundTrip() }
  // The runtime has some of its own.
  let before = try eventDescriptors()
  for round in 0..<100 { try await once(closing: round % 2 == 0) }
  // Threads end a moment after they have reported it, and those of released clients when they notice.
  for _ in 0..<5000 where try threads("http-client") > 0 || eventDescriptors() > before { _ = server.roundTrip() }
  #expect(try threads("http-client") == 0)
  #expect(try eventDescriptors() <= before)
}

private func threads(_ name: String) throws -> Int {
  try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").filter { task in
    (try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)) == name + "\n"
  }.count
}

private func eventDescriptors() throws -> Int {
  try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { name in
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")) == "anon_inode:[eventfd]"
  }.count
}

/// A listener that accepts no connection, with a full backlog.
private final class FullListener: Sendable {
  let port: Int
  private let listener: Int32
  private let waiting: [Int32]

  init() {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    var waiting: [Int32] = []
    withUnsafeMutablePointer(to: &address) { [listener] pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = bind(listener, address, length) == 0 && listen(listener, 0) == 0
        getsockname(listener, address, &length)
        for _ in 0..<4 {
          let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
          connect(other, address, length)
          waiting.append(other)
        }
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    self.waiting = waiting
  }

  deinit { for descriptor in waiting + [listener] { close(descriptor) } }
}
