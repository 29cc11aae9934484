import GeneratorTestSupport
import HTTPServer
import Testing

/// Randomly damaged requests.
@Suite struct MutationTests {
  private static let seeds = [
    get("/"), post("/echo", "abc"),
    get("/papers/a%20b/log?since=1&x=y", "A: b\r\nCookie: c=d; e\r\nConnection: close\r\n"),
    "GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
  ]
  private static let scraps = [
    "\r\n", "\n", "\r", "\0", " ", "\t", ":", ",", "%", "Host: b\r\n", "Content-Length: 5\r\n", "Content-Length",
    "Transfer-Encoding: chunked\r\n", "\r\n ", "HTTP/1.1", "\u{7F}", "ä", "0", "-", "+",
  ]

  private static func mutate(_ text: String, _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      let place = Int.random(in: 0..<max(1, bytes.count), using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0 where !bytes.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 1 where !bytes.isEmpty: bytes.remove(at: place)
      case 2: bytes.insert(contentsOf: (scraps.randomElement(using: &generator) ?? "").utf8, at: place)
      case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 12)], at: place)
      default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...8, using: &generator)))
      }
    }
    return bytes
  }

  /// What is wrong with an answer; nil if nothing is.
  private static func complaint(_ request: [UInt8], _ answer: String) -> String? {
    let isAnswered = [200, 404, 405].contains(answer.status)
    let isRefused = [400, 411, 413, 414, 431, 505].contains(answer.status)
    // Incomplete heads and bodies are closed without an answer.
    let isCut = answer.isEmpty && !(Oracle.isComplete(request) && !Oracle.isPlain(request))
    if isCut || isRefused || (isAnswered && Oracle.isPlain(request)) { return nil }
    return "\(String(decoding: request, as: UTF8.self).debugDescription) -> \(answer.status)"
  }

  @Test func `twelve thousand mutated requests do not harm the server, and ambiguous ones are refused`()
    async throws
  {
    var limits = HTTPServerLimits()
    (limits.head, limits.body, limits.idle) = (.milliseconds(300), .milliseconds(300), .milliseconds(300))
    limits.connections = 1100
    let world = try World(limits: limits)
    let address = world.address
    let wrong = await withTaskGroup(of: [String].self) { group in
      for part in 0..<4 {
        group.addTask {
          await onThread {
            var generator = SeededGenerator(seed: UInt64(part) + 77)
            return (0..<12).flatMap { _ in
              let requests = (0..<250).map { _ in
                Self.mutate(Self.seeds.randomElement(using: &generator) ?? "", &generator)
              }
              let clients = requests.map { request in
                let client = RawClient(address)
                client?.send(request)
                return client
              }
              return zip(requests, clients).compactMap { request, client in
                client.map { Self.complaint(request, $0.receiveAll()) } ?? "no connection"
              }
            }
          }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(8).joined(separator: "\n"))")
    #expect(await ask(address, get("/")).status == 200)
    await world.close()
    #expect(world.server.connectionCount == 0)
  }
}

/// Judges independently of the server whether a head can be read in one way only.
enum Oracle {
  /// Whether a head has an end, even an invalid one.
  static func isComplete(_ request: [UInt8]) -> Bool {
    let text = String(decoding: request, as: UTF8.self).replacing("\r\n", with: "|").replacing("\n", with: "|")
    return text.drop { $0 == "|" }.contains("||") && request.first != 0
  }

  static func isPlain(_ request: [UInt8]) -> Bool {
    // Empty lines before a request, and lines there that begin with zero, are skipped.
    var bytes = request[...]
    while let first = bytes.first, [0x0D, 0x0A, 0x00].contains(first), let end = bytes.firstIndex(of: 0x0A) {
      guard first != 0x0D || bytes.dropFirst().first == 0x0A else { return false }
      bytes = bytes[(end + 1)...]
    }
    // Zero and LF count as CR and LF.
    let text = String(decoding: bytes, as: UTF8.self).replacing("\0\n", with: "\r\n")
    guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
    let head = text[..<end.lowerBound]
    if head.utf8.contains(0) || head.replacing("\r\n", with: "").utf8.contains(where: { $0 == 13 || $0 == 10 }) {
      return false
    }
    let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
    guard let first = lines.first, first.wholeMatch(of: #/[!-~]+ [!-~]+ HTTP/1\.[01]/#) != nil else { return false }
    let fields = lines.dropFirst()
    guard fields.allSatisfy({ $0.firstMatch(of: /^[!#-'*+.^_`|~0-9A-Za-z-]+:/) != nil }) else { return false }
    func values(_ name: String) -> [Substring] {
      fields.filter { $0.lowercased().hasPrefix(name + ":") }.map { $0.dropFirst(name.count + 1) }
    }
    let lengths = values("content-length")
    return values("transfer-encoding").isEmpty && lengths.count <= 1 && values("host").count <= 1
      && (first.hasSuffix("1.0") || values("host").count == 1)
      && lengths.allSatisfy { $0.wholeMatch(of: /[ \t]*[0-9]+[ \t]*/) != nil }
  }
}
