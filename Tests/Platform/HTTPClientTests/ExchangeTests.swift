import HTTPClient
import ServiceTestSupport
import Synchronization
import Testing
import Threads

@Suite("Requests and answers", .timeLimit(.minutes(10))) struct ExchangeTests {
  @Test func `what is sent arrives as it was, and the answer comes back`() async throws {
    let server = LoopbackServer { connection, _ in
      while let (head, body) = connection.request() {
        connection.answer(207, ["X-Twice: a", "x-twice: b"], Array(head.utf8) + body)
      }
    }
    let client = try HTTPClient()
    for method in ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"] {
      let hasBody = method != "GET" && method != "OPTIONS"
      var request = OutgoingRequest(
        method, "\(server.url)/a/../b%2F:c?d=%20&e", headers: ["X-A": "b c", "X-Empty": ""])
      if hasBody { request.body = .bytes(Array("the body".utf8)) }
      let answer = try await client.answer(to: request)
      let text = String(decoding: answer.body, as: UTF8.self)
      #expect(answer.status == 207 && answer.headers.values(of: "X-TWICE") == ["a", "b"])
      #expect(text.hasPrefix("\(method) /a/../b%2F:c?d=%20&e HTTP/1.1\r\n"))
      #expect(text.contains("X-A: b c\r\n") && text.contains("X-Empty:\r\n"))
      #expect(text.hasSuffix("\r\n\r\nthe body") == hasBody)
      for name in ["expect:", "content-type:", "accept:", "user-agent:"] {
        #expect(!text.lowercased().contains(name), "\(name) was added")
      }
    }
    #expect(server.connectionCount == 1)
    await client.close()
  }

  @Test func `a body may be empty, or large, both ways`() async throws {
    let server = LoopbackServer { connection, _ in
      while let (_, body) = connection.request() { connection.answer(200, [], body) }
    }
    let client = try HTTPClient()
    for count in [0, 1, 65_535, 5_000_000] {
      let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let answer = try await client.answer(to: OutgoingRequest("PUT", server.url, body: .bytes(body)))
      #expect(answer.body == body)
    }
    await client.close()
  }

  @Test func `an answer to HEAD has a length and no body`() async throws {
    let server = LoopbackServer { connection, _ in
      while connection.head() != nil { connection.send("HTTP/1.1 200 OK\r\nContent-Length: 77777777777\r\n\r\n") }
    }
    let client = try HTTPClient()
    for _ in 0..<2 {
      let answer = try await client.answer(to: OutgoingRequest("HEAD", server.url))
      #expect(answer.body.isEmpty && answer.headers["content-length"] == "77777777777")
    }
    #expect(server.connectionCount == 1)
    await client.close()
  }

  @Test(arguments: [Int64(30_000), nil])
  func `a body in pieces is sent with its length, or in chunks`(length: Int64?) async throws {
    let server = LoopbackServer { connection, _ in
      guard let head = connection.head() else { return }
      let isChunked = head.lowercased().contains("transfer-encoding: chunked")
      var body: [UInt8] = []
      while !isChunked || !body.suffix(5).elementsEqual("0\r\n\r\n".utf8) {
        if !isChunked, body.count == 30_000 { break }
        body += connection.bytes(1) ?? [0]
      }
      connection.answer(200, [], Array("\(isChunked) \(body.count)".utf8))
    }
    let client = try HTTPClient()
    let (stream, pieces) = AsyncThrowingStream.makeStream(of: [UInt8].self)
    let answer = Task {
      try await client.answer(to: OutgoingRequest("PUT", server.url, body: .stream(length: length, stream)))
    }
    for _ in 0..<30 {
      pieces.yield([UInt8](repeating: 7, count: 1000))
      await Task.yield()
    }
    pieces.finish()
    let text = String(decoding: try await answer.value.body, as: UTF8.self)
    #expect(length == nil ? text.hasPrefix("true ") : text == "false 30000")
    await client.close()
  }

  @Test func `a body that can't be read fails the request with its error`() async throws {
    let server = LoopbackServer { connection, _ in connection.waitForEnd() }
    let client = try HTTPClient()
    let stream = AsyncThrowingStream<[UInt8], any Error> { $0.finish(throwing: NoBody()) }
    let error = await #expect(throws: HTTPClientError.self) {
      try await client.answer(to: OutgoingRequest("PUT", server.url, body: .stream(length: 10, stream)))
    }
    #expect(error?.reason == .requestBodyFailed && error?.detail == "the disk is gone")
    await client.close()
  }

  @Test func `a server that is faster than its reader is slowed down`() async throws {
    let sent = Atomic(0)
    let isAsked = AsyncSignal()
    let server = LoopbackServer { connection, _ in
      guard connection.head() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\n\r\n")
      let piece = [UInt8](repeating: 1, count: 64 << 10)
      for _ in 0..<512 where connection.send(piece) { sent.add(1, ordering: .relaxed) }
      isAsked.fire()
    }
    let client = try HTTPClient()
    let response = try await client.send(OutgoingRequest("GET", server.url))
    // The buffers between the two are full once the server makes no more progress.
    var last = -1
    while sent.load(ordering: .relaxed) != last || last < 1 {
      last = sent.load(ordering: .relaxed)
      for _ in 0..<200 { _ = try await client.answer(to: OutgoingRequest("GET", "\(Self.echo.url)/")) }
    }
    #expect(last < 400, "32 MiB were sent although nobody has read")
    let body = try await response.bytes(atMost: 200 << 20)
    #expect(body.count == 512 << 16)
    await isAsked.wait()
    await client.close()
  }

  private static let echo = LoopbackServer { connection, _ in
    while connection.request() != nil { connection.answer(200) }
  }

  @Test func `redirections are answers, and are followed only on request`() async throws {
    let seen = Lock<[String]>([])
    let server = LoopbackServer { connection, _ in
      while let (head, _) = connection.request() {
        seen.withLock { $0.append(head) }
        let path = head.split(separator: " ")[1]
        _ = path == "/end" ? connection.answer(200) : connection.answer(302, ["Location: /end"])
      }
    }
    let client = try HTTPClient()
    var request = OutgoingRequest("GET", "\(server.url)/start", headers: ["Authorization": "secret"])
    #expect(try await client.answer(to: request).status == 302)
    request.mostRedirections = 1
    #expect(try await client.answer(to: request).status == 200)
    #expect(seen.withLock { $0.last }?.contains("secret") == true)
    let other = LoopbackServer { connection, _ in
      while connection.request() != nil { connection.answer(307, ["Location: \(server.url)/end"]) }
    }
    request.url = other.url
    #expect(try await client.answer(to: request).status == 200)
    #expect(seen.withLock { $0.last }?.contains("secret") == false)
    await client.close()
  }

  @Test func `many requests at once share a host's connections, and all are answered`() async throws {
    let server = LoopbackServer { connection, _ in
      while let (head, _) = connection.request() {
        connection.answer(200, [], Array(head.split(separator: " ")[1].utf8))
      }
    }
    var settings = HTTPClient.Settings()
    settings.mostPerHost = 8
    let client = try HTTPClient(settings)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<10_000 {
        group.addTask {
          try await client.answer(to: OutgoingRequest("GET", "\(server.url)/\(number)")).body
            == Array("/\(number)".utf8)
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
    #expect(server.connectionCount <= 8)
    await client.close()
  }
}

private struct NoBody: Error, CustomStringConvertible {
  var description: String { "the disk is gone" }
}
