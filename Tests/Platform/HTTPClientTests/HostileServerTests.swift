import HTTPClient
import ServiceTestSupport
import Testing

@Suite("Servers that misbehave", .timeLimit(.minutes(10))) struct HostileServerTests {
  /// A server's bytes after a request, and the expected outcome.
  struct Trick: Sendable, CustomStringConvertible {
    let description: String
    let reason: HTTPClientError.Reason
    let sends: @Sendable (LoopbackConnection) -> Void

    init(
      _ description: String, _ reason: HTTPClientError.Reason, _ sends: @escaping @Sendable (LoopbackConnection) -> Void
    ) {
      self.description = description
      self.reason = reason
      self.sends = sends
    }
  }

  static let tricks = [
    Trick("fields without end", .headTooLarge) { connection in
      connection.send("HTTP/1.1 200 OK\r\n")
      while connection.send("X-More: \(String(repeating: "x", count: 900))\r\n") {}
    },
    Trick("one field without end", .headTooLarge) { connection in
      connection.send("HTTP/1.1 200 OK\r\nX: ")
      while connection.send(String(repeating: "x", count: 900)) {}
    },
    Trick("interim answers without end", .headTooLarge) { connection in
      while connection.send("HTTP/1.1 100 Continue\r\nX: \(String(repeating: "x", count: 500))\r\n\r\n") {}
    },
    Trick("trailers without end", .headTooLarge) { connection in
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
      while connection.send("X-More: \(String(repeating: "x", count: 900))\r\n") {}
    },
    Trick("a body that is cut", .connectionLost) { $0.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort") },
    Trick("chunks that are cut", .connectionLost) {
      $0.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nshort")
    },
    Trick("a chunk without a size", .connectionLost) {
      $0.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nshort\r\n0\r\n\r\n")
    },
    Trick("no answer", .connectionLost) { _ in },
    Trick("a reset in place of an answer", .connectionLost) { $0.willReset() },
    Trick("a reset within the head", .connectionLost) {
      $0.send("HTTP/1.1 200 OK\r\nX: y\r\n")
      $0.willReset()
    },
    Trick("a reset within the body", .connectionLost) {
      $0.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
      $0.willReset()
    },
    Trick("what is no HTTP", .protocolViolation) { $0.send("SSH-2.0-OpenSSH_9.2\r\n\r\n") },
    Trick("a status that is none", .protocolViolation) { $0.send("HTTP/1.1 abc OK\r\n\r\n") },
    Trick("two lengths", .protocolViolation) {
      $0.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")
    },
    Trick("a length that is none", .protocolViolation) {
      $0.send("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello")
    },
    Trick("a body that is larger than it may be", .bodyTooLarge) { connection in
      connection.send("HTTP/1.1 200 OK\r\n\r\n")
      while connection.send([UInt8](repeating: 1, count: 10_000)) {}
    },
    Trick("a length that is larger than it may be", .bodyTooLarge) { connection in
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n")
      connection.waitForEnd()
    },
    Trick("no answer for ever", .timedOut(.firstByte)) { $0.waitForEnd() },
    Trick("a body that stops", .timedOut(.silence)) { connection in
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
      connection.waitForEnd()
    },
  ]

  @Test(arguments: tricks)
  func `get a clear error, and the next request succeeds`(trick: Trick) async throws {
    let server = LoopbackServer { connection, ordinal in
      guard connection.head() != nil else { return }
      if ordinal == 0 { trick.sends(connection) } else { connection.answer(204) }
    }
    let client = try HTTPClient()
    var request = OutgoingRequest("GET", "\(server.url)/path?key=hush")
    request.limits.firstByte = .milliseconds(600)
    request.limits.silence = .milliseconds(600)
    request.limits.bodyBytes = 1_000_000
    let error = await #expect(throws: HTTPClientError.self) { _ = try await client.answer(to: request) }
    #expect(error?.reason == trick.reason && error?.mayHaveArrived == true, "\(String(describing: error))")
    let text = error?.description ?? ""
    #expect(text.contains("\(server.url)/path") && text.hasSuffix(".") && !text.contains("hush"), "\(text)")
    request.limits = OutgoingRequest.Limits()
    #expect(try await client.answer(to: request).status == 204)
    await client.close()
  }

  @Test func `a server that sends drop by drop is ended by the limit on the whole`() async throws {
    let drops = LoopbackServer { connection, _ in
      guard connection.head() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\n\r\n")
      // One byte for each round trip on another connection: slow enough, and this thread needs no clock.
      while connection.send("x") { for _ in 0..<20 where Self.echo.roundTrip() {} }
    }
    let client = try HTTPClient()
    var request = OutgoingRequest("GET", drops.url)
    request.limits.silence = .seconds(30)
    request.limits.whole = .milliseconds(700)
    let error = await #expect(throws: HTTPClientError.self) { _ = try await client.answer(to: request) }
    #expect(error?.reason == .timedOut(.whole))
    await client.close()
  }

  private static let echo = LoopbackServer { connection, _ in
    while connection.request() != nil { connection.answer(200) }
  }

  @Test func `a request that may use no kept connection does not meet one that its server has just closed`()
    async throws
  {
    let server = LoopbackServer { connection, _ in
      guard connection.request() != nil else { return }
      connection.answer(200)
      _ = connection.request()
      connection.willReset()
    }
    let client = try HTTPClient()
    var request = OutgoingRequest("POST", server.url, body: .bytes([1, 2, 3]))
    request.mayUseKeptConnection = false
    for _ in 0..<3 { #expect(try await client.answer(to: request).status == 200) }
    #expect(server.connectionCount == 3)
    await client.close()
  }

  @Test func `a POST is never sent twice on its own`() async throws {
    // The first request is answered, and then the connection is closed during the second one.
    let server = LoopbackServer { connection, ordinal in
      guard connection.request() != nil else { return }
      connection.answer(200, [], Array("\(ordinal)".utf8))
      _ = connection.request()
      connection.willReset()
    }
    for (method, isRepeated) in [("PUT", true), ("POST", false)] {
      let client = try HTTPClient()
      let before = server.connectionCount
      let request = OutgoingRequest(method, server.url, body: .bytes([1, 2, 3]))
      _ = try await client.answer(to: request)
      if isRepeated {
        #expect(try await client.answer(to: request).status == 200)
        #expect(server.connectionCount == before + 2)
      } else {
        let error = await #expect(throws: HTTPClientError.self) { _ = try await client.answer(to: request) }
        #expect(error?.reason == .connectionLost && error?.mayHaveArrived == true && error?.isRetriable == true)
      }
      await client.close()
    }
  }
}
