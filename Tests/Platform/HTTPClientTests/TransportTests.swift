import FoundationEssentials
import Glibc
import HTTPClient
import ServiceTestSupport
import Testing

@Suite("Encryption, Unix sockets and proxies", .timeLimit(.minutes(10))) struct TransportTests {
  @Test(.enabled(if: TLSServer.isInstalled, "openssl or python3 is missing"))
  func `only a server signed by a trusted authority for this name is accepted`() async throws {
    let server = try await TLSServer.start()
    var settings = HTTPClient.Settings()
    settings.authoritiesFile = server.certificateFile
    let trusting = try HTTPClient(settings)
    let answer = try await trusting.answer(to: OutgoingRequest("GET", server.url))
    #expect(answer.body == Array("secret".utf8))
    let otherName = await #expect(throws: HTTPClientError.self) {
      try await trusting.answer(to: OutgoingRequest("GET", "https://127.0.0.1:\(server.port)/"))
    }
    #expect(otherName?.reason == .tlsNotVerified && otherName?.mayHaveArrived == false)
    let wary = try HTTPClient()
    let unknown = await #expect(throws: HTTPClientError.self) {
      try await wary.answer(to: OutgoingRequest("GET", server.url))
    }
    #expect(unknown?.reason == .tlsNotVerified && unknown?.isRetriable == false)
    settings.authoritiesFile = "/no/such/file"
    let misled = try HTTPClient(settings)
    let noFile = await #expect(throws: HTTPClientError.self) {
      try await misled.answer(to: OutgoingRequest("GET", server.url))
    }
    #expect(noFile?.reason == .tlsNotVerified)
    for client in [trusting, wary, misled] { await client.close() }
    await server.stop()
  }

  @Test func `a server that does not encrypt is no https server`() async throws {
    let server = LoopbackServer { connection, _ in
      _ = connection.bytes(5)
      connection.answer(200)
    }
    let client = try HTTPClient()
    let error = await #expect(throws: HTTPClientError.self) {
      try await client.answer(to: OutgoingRequest("GET", "https://127.0.0.1:\(server.port)/"))
    }
    #expect(error?.reason == .tlsFailed && error?.mayHaveArrived == false)
    await client.close()
  }

  @Test func `a proxy is used if it is set, and never because of the environment`() async throws {
    let proxy = LoopbackServer { connection, _ in
      while let (head, _) = connection.request() {
        connection.answer(200, [], Array(head.split(separator: " ")[1].utf8))
      }
    }
    var settings = HTTPClient.Settings()
    settings.proxy = proxy.url
    let given = try HTTPClient(settings)
    let answer = try await given.answer(to: OutgoingRequest("GET", "http://elsewhere.invalid/a?b"))
    #expect(String(decoding: answer.body, as: UTF8.self) == "http://elsewhere.invalid/a?b")
    await given.close()
    // In a process of its own: parallel tests share the environment.
    await #expect(processExitsWith: .success) {
      let proxy = LoopbackServer { connection, _ in
        while connection.request() != nil { connection.answer(200) }
      }
      for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { setenv(name, proxy.url, 1) }
      let client = try HTTPClient()
      let error = await #expect(throws: HTTPClientError.self) {
        try await client.answer(to: OutgoingRequest("GET", "http://elsewhere.invalid/"))
      }
      #expect(error?.reason == .nameNotResolved && proxy.connectionCount == 0)
      await client.close()
    }
  }

  @Test func `a Unix socket is reached by its path, and a missing one is named`() async throws {
    let client = try HTTPClient()
    var request = OutgoingRequest("GET", "http://local/x")
    request.unixSocket = "/no/such/socket"
    let error = await #expect(throws: HTTPClientError.self) { try await client.answer(to: request) }
    #expect(error?.reason == .refused)
    request.unixSocket = String(repeating: "x", count: 108)
    let long = await #expect(throws: HTTPClientError.self) { try await client.answer(to: request) }
    #expect(long?.reason == .invalidRequest)
    let path = FileManager.default.temporaryDirectory.path + "/http-\(UInt64.random(in: .min ... .max)).sock"
    let server = LoopbackServer(unixSocket: path) { connection, _ in
      while let (head, _) = connection.request() { connection.answer(200, [], Array(head.prefix(6).utf8)) }
    }
    request.unixSocket = path
    let answer = try await client.answer(to: request)
    #expect(answer.body == Array("GET /x".utf8))
    server.stop()
    unlink(path)
    await client.close()
  }
}
