import HTTPServer
import Testing

/// Ambiguous requests. Each is refused, and nothing after it is parsed.
@Suite struct RefusingTests {
  /// A request with one error, built around `GET /` and `Host`.
  struct Wrong: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
    let statuses: [Int]
    init(_ what: String, _ text: String, _ statuses: [Int] = [400]) {
      (testDescription, self.text, self.statuses) = (what, text, statuses)
    }
    static func field(_ what: String, _ field: String, _ statuses: [Int] = [400]) -> Wrong {
      Wrong(what, "POST /deaf HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n", statuses)
    }
  }

  static let lengths: [Wrong] = [
    .field("length and coding", "Content-Length: 3\r\nTransfer-Encoding: chunked"),
    .field("coding and length", "Transfer-Encoding: chunked\r\nContent-Length: 3"),
    .field("length and a coding that is none", "Content-Length: 3\r\nTransfer-Encoding: identity"),
    .field("two lengths", "Content-Length: 3\r\nContent-Length: 4"),
    .field("two equal lengths", "Content-Length: 3\r\nContent-Length: 3"),
    .field("two lengths of different case", "Content-Length: 3\r\ncontent-length: 3"),
    .field("a list of lengths", "Content-Length: 3, 3"),
    .field("a list in two fields", "Content-Length: 3,\r\nContent-Length: 3"),
    .field("a sign", "Content-Length: +3"),
    .field("a negative length", "Content-Length: -3"),
    .field("hexadecimal", "Content-Length: 0x3"),
    .field("a fraction", "Content-Length: 3.0"),
    .field("an exponent", "Content-Length: 3e0"),
    .field("no number", "Content-Length: three"),
    .field("an empty length", "Content-Length:"),
    .field("white space inside", "Content-Length: 3 3"),
    .field("a vertical tab", "Content-Length: \u{B}3"),
    .field("another alphabet's digit", "Content-Length: ３"),
    .field("a length over 64 bits", "Content-Length: 18446744073709551619", [400, 413]),
    .field("a length far over 64 bits", "Content-Length: \(String(repeating: "9", count: 60))", [400, 413]),
    .field("a length over 63 bits", "Content-Length: 9223372036854775808", [400, 413]),
    .field("a length over the limit", "Content-Length: 99999999999", [413]),
    .field("nineteen zeros and a three", "Content-Length: \(String(repeating: "0", count: 19))3"),
    .field("a chunked body", "Transfer-Encoding: chunked", [411]),
    .field("two codings", "Transfer-Encoding: gzip, chunked"),
    .field("two coding fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
    .field("chunked twice", "Transfer-Encoding: chunked, chunked"),
    .field("an unknown coding", "Transfer-Encoding: xchunked"),
    .field("a quoted coding", "Transfer-Encoding: \"chunked\""),
    .field("a coding behind a tab", "Transfer-Encoding:\u{B}chunked"),
    .field("an empty coding", "Transfer-Encoding:"),
    .field("a coding cut off by a zero", "Transfer-Encoding: chunked\0x"),
    Wrong("a coding in HTTP/1.0", "POST /deaf HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    .field("a space before the colon of the length", "Content-Length : 3"),
    .field("a tab before the colon of the coding", "Transfer-Encoding\t: chunked"),
    .field("a folded coding", "Transfer-Encoding:\r\n chunked"),
  ]

  static let hosts: [Wrong] = [
    Wrong("no host", "GET / HTTP/1.1\r\nA: b\r\n\r\n"),
    Wrong("no field at all", "GET / HTTP/1.1\r\n\r\n"),
    .field("two hosts", "Host: b"),
    .field("two equal hosts", "Host: a"),
    .field("a host of another case", "hOST: a"),
    Wrong("an empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
    Wrong("a host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    Wrong("a host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
    Wrong("a list of hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
    Wrong("a host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    Wrong("a port that is none", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
    Wrong("two ports", "GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n"),
    Wrong("half an address", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
    Wrong("a target for another host", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("two hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
  ]

  static let lines: [Wrong] = [
    Wrong("LF behind the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
    Wrong("LF behind a field", "GET / HTTP/1.1\r\nHost: a\nA: b\r\n\r\n"),
    Wrong("LF behind the last field", "GET / HTTP/1.1\r\nHost: a\n\r\n"),
    Wrong("LF as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
    Wrong("LF everywhere", "GET / HTTP/1.1\nHost: a\n\n"),
    Wrong("CR inside a value", "GET / HTTP/1.1\r\nHost: a\r\nA: b\rContent-Length: 3\r\n\r\n"),
    Wrong("CR CR LF", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"),
    Wrong("CR behind the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n"),
    Wrong("a folded line", "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n"),
    Wrong("a line folded with a tab", "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\tc\r\n\r\n"),
    Wrong("a folded last line", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"),
    Wrong("a folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    Wrong("a zero in a value", "GET / HTTP/1.1\r\nHost: a\r\nA: b\0c\r\n\r\n"),
    Wrong("two zeros in a value", "GET / HTTP/1.1\r\nHost: a\r\nA: b\0\0C: d\r\n\r\n"),
    Wrong("a zero in a name", "GET / HTTP/1.1\r\nHost: a\r\nA\0: b\r\n\r\n"),
    Wrong("a zero in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a zero in the method", "GE\0T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a zero as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\0\r\n\r\n"),
    Wrong("a space before a colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
    Wrong("a tab before a colon", "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n"),
    Wrong("a field without a name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
    Wrong("a field without a colon", "GET / HTTP/1.1\r\nHost: a\r\nA\r\n\r\n"),
    Wrong("a name in brackets", "GET / HTTP/1.1\r\nHost: a\r\n(A): b\r\n\r\n"),
    Wrong("a name beyond ASCII", "GET / HTTP/1.1\r\nHost: a\r\nÄ: b\r\n\r\n"),
    Wrong("an escape in a value", "GET / HTTP/1.1\r\nHost: a\r\nA: \u{1B}b\r\n\r\n"),
    Wrong("two spaces behind the method", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("two spaces behind the target", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a space behind the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
    Wrong("a tab behind the method", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a space before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("no version", "GET /\r\nHost: a\r\n\r\n"),
    Wrong("a method alone", "GET\r\n\r\n"),
    Wrong("a method with a bracket", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a method beyond ASCII", "GÉT / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a target beyond ASCII", "GET /ä HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a target with a fragment", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a target with a backslash", "GET /\\a HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("half a percent", "GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a percent of no digits", "GET /?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a target without a slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a star for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a target for a proxy", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
    Wrong("a version in small letters", "GET / http/1.1\r\nHost: a\r\n\r\n"),
    Wrong("a version of no number", "GET / HTTP/1.x\r\nHost: a\r\n\r\n"),
    Wrong("a version with a zero more", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
    Wrong("a version to come", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", [505]),
    Wrong("a version in between", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", [505]),
    Wrong("HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505]),
    Wrong("a TLS hello", "\u{16}\u{3}\u{1}\r\n\r\n"),
    Wrong("no HTTP", "hello\r\n"),
  ]

  @Test(arguments: lengths + hosts + lines)
  func `it is refused, and a request behind it is not answered`(_ wrong: Wrong) async throws {
    let world = try World()
    let answer = await ask(world.address, wrong.text + get("/"))
    #expect(wrong.statuses.contains(answer.status), "\(answer)")
    #expect(!answer.contains("HTTP/1.1 2"), "\(answer)")
    #expect(!answer.contains("reached"))
    await world.close()
  }

  @Test func `unusual but valid requests are answered`() async throws {
    let world = try World()
    let usual = [
      "\r\n" + get("/"), get("/").replacing("Host: ", with: "Host:"), get("/").replacing("Host: ", with: "hOST: \t "),
      get("/", "A:\r\nB: \r\nC: d  \r\nConnection: close\r\n"), get("/", "A: ä\tb\r\nConnection: close\r\n"),
      get("http://localhost/"), get("HTTP://LOCALHOST/?a"), get("/", "Content-Length: 0\r\nConnection: close\r\n"),
      "GET / HTTP/1.0\r\n\r\n", get("/").replacing("localhost", with: "[::1]:80"), get("/?a=b&&=c&d=%20+"),
    ]
    for text in usual {
      let answer = await ask(world.address, text)
      #expect(answer.status == 200 && answer.responseBody == "reached\n", "\(text): \(answer)")
    }
    await world.close()
  }

  @Test func `non-HTTP bytes on a used connection are refused as well`() async throws {
    let world = try World()
    let answer = await ask(world.address, get("/", "") + "nonsense\r\n\r\n")
    #expect(answer.components("HTTP/1.1 ") == 2)
    #expect(answer.contains("HTTP/1.1 400 "))
    await world.close()
  }
}
