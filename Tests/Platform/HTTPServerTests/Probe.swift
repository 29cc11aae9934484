import Glibc
import HTTPServer
import Testing

@Suite(.serialized) struct Probe {
  @Test func probe() async throws {
    let s = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { r in
      let b = (try? await r.body.all()) ?? []
      return .text("\(r.method) \(r.target) \(r.headers.fields.map { "\($0.name)=\($0.value)" }) \(b.count)\n")
    }
    for r in [
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      "POST /?a=b&c HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc", "GARBAGE\r\n\r\n",
      "\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      " / HTTP/1.1\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n", "GET / HTTP/1.1\r\nHost: a\0\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nnocolon\r\n\r\n",
      "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "\0\0\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 30000) + "\r\n\r\n",
      "GET /" + String(repeating: "a", count: 30000) + " HTTP/1.1\r\n\r\n", "GET /\r\n\r\n", "GET\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\n: x\r\nConnection: close\r\n\r\n",
    ] {
      let a = await ask(s.address, r)
      print("\(r.prefix(60).debugDescription) -> \(a.status) | \(a.responseBody.prefix(80).debugDescription)")
    }
    await s.stop(drainLimit: .seconds(1))
  }
}
