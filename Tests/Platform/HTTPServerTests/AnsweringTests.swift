import HTTPServer
import Testing

@Suite struct AnsweringTests {
  @Test func `a request gets its route's answer, with the names of the path and the query decoded`() async throws {
    let world = try World()
    let answer = await ask(world.address, get("/papers/a%20b/log?x=1&since=2%2B3+4"))
    #expect(answer.status == 200)
    #expect(answer.responseBody == "a b 2+3 4\n")
    await world.close()
  }

  @Test func `unknown paths and unsupported methods get different answers`() async throws {
    let world = try World()
    #expect(await ask(world.address, get("/nowhere")).status == 404)
    #expect(await ask(world.address, get("/papers//log")).status == 404)
    let refused = await ask(world.address, get("/echo"))
    #expect(refused.status == 405 && refused.contains("Allow: POST"))
    await world.close()
  }

  @Test func `HEAD has the head of GET and no body`() async throws {
    let world = try World()
    let answer = await ask(world.address, get("/").replacing("GET", with: "HEAD"))
    #expect(answer.status == 200 && answer.contains("Content-Length: 8") && answer.responseBody == "")
    await world.close()
  }

  @Test func `requests follow one another on a connection, also when they are sent at once`() async throws {
    let world = try World()
    let answer = await ask(world.address, get("/", "") + get("/nowhere", "") + get("/papers/p/log"))
    #expect(answer.components("HTTP/1.1 ") == 3)
    #expect(answer.hasSuffix("p -\n"))
    await world.close()
  }

  @Test func `a body is echoed, whole or in pieces, with 100 Continue if the client expects it`()
    async throws
  {
    let world = try World()
    let text = String(repeating: "abcdefgh", count: 40_000)
    #expect(await ask(world.address, post("/echo", text)).responseBody == text)
    let address = world.address
    let answer = await onThread {
      guard let client = RawClient(address) else { return "" }
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\n")
      client.send("Content-Length: 6\r\n\r\n")
      guard client.receive(until: "\r\n\r\n").status == 100 else { return "" }
      for byte in "pieces" { client.send("\(byte)") }
      return client.receiveAll()
    }
    #expect(answer.status == 200 && answer.responseBody == "pieces")
    await world.close()
  }

  @Test func `a body over the limit is refused before it is sent, and an unread one is dropped`()
    async throws
  {
    var limits = HTTPServerLimits()
    limits.bodyBytes = 300_000
    let world = try World(limits: limits)
    #expect(await ask(world.address, post("/echo", String(repeating: "x", count: 300_001))).status == 413)
    let unread = await ask(world.address, post("/deaf", String(repeating: "x", count: 300_000)))
    #expect(unread.status == 200 && unread.responseBody == "no need\n")
    await world.close()
  }

  @Test func `a client that sends faster than the handler reads has to wait`() async throws {
    let world = try World()
    let (address, seen) = (world.address, world.seen)
    let size = 6 << 20
    let sending = Task {
      await onThread {
        guard let client = RawClient(address) else { return "" }
        client.send("POST /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(size)\r\n\r\n")
        client.send([UInt8](repeating: 65, count: size))
        seen.add("sent")
        return client.receiveAll()
      }
    }
    await seen.wait(for: "first piece")
    // The buffers of the sockets and of the server hold far less than is being sent.
    #expect(!seen.words.contains("sent"))
    seen.add("go on")
    let answer = await sending.value
    #expect(answer.status == 200)
    #expect((Int(answer.responseBody.dropLast()) ?? 0) > size - (200 << 10))
    await world.close()
  }

  @Test func `a head over the limit and one field too many are 431, a target too long 414`() async throws {
    var limits = HTTPServerLimits()
    limits.headBytes = 2000
    limits.fields = 10
    let world = try World(limits: limits)
    #expect(
      await ask(world.address, get("/", "X: \(String(repeating: "y", count: 1800))\r\nConnection: close\r\n")).status
        == 200)
    #expect(await ask(world.address, get("/", "X: \(String(repeating: "y", count: 2000))\r\n")).status == 431)
    #expect(await ask(world.address, get("/", "X: \(String(repeating: "y", count: 20_000))\r\n")).status == 431)
    #expect(await ask(world.address, get("/", String(repeating: "A: b\r\n", count: 10))).status == 431)
    #expect(await ask(world.address, get("/\(String(repeating: "y", count: 20_000))")).status == 414)
    await world.close()
  }

  @Test func `a head that arrives byte by byte is parsed`() async throws {
    let world = try World()
    let address = world.address
    let answer = await onThread {
      guard let client = RawClient(address) else { return "" }
      let more = "X: \(String(repeating: "z", count: 500))\r\nConnection: close\r\n"
      for byte in get("/papers/q/log?since=1", more).utf8 { client.send([byte]) }
      return client.receiveAll()
    }
    #expect(answer.responseBody == "q 1\n")
    await world.close()
  }

  @Test func `a field that can't be written is an answer of its own`() async throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { _ in HTTPResponse(headers: ["A": "b\r\nC: d"]) }
    #expect(await ask(server.address, get("/")).status == 500)
    await server.stop(drainLimit: .zero)
  }

  @Test func `a stream that fails does not look complete`() async throws {
    let world = try World()
    let answer = await ask(world.address, get("/broken"))
    #expect(answer.contains("a part"))
    #expect(!answer.hasSuffix("0\r\n\r\n"))
    await world.close()
  }
}

extension String {
  /// How often it contains a text.
  func components(_ text: String) -> Int { ranges(of: text).count }
}
